import APIServer
import ArgumentParser
import Loop
import Platform

/// Runs the transport alone, for public test suites.
struct ConformanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Serves the transport alone, for h2spec, Autobahn, wrk and other clients.",
        discussion: """
            /ws/echo sends every message back, /ws/hub broadcasts it to all, as does the body of \
            POST /publish; /sse shows the broadcasts and a tick every second; /json has 300 bytes, \
            /bytes/N has N; /upload answers how many bytes came.
            """)

    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"
    @Option(help: "Port to listen on; 0 picks a free one.")
    var port: UInt16 = 8080
    @Option(help: "Event loops; 0 asks the machine.")
    var loops = 0
    @Option(
        parsing: .upToNextOption,
        help: "CERTIFICATE KEY: PEM files with which the port speaks TLS. See 'titan cert dev'.")
    var tls: [String] = []

    func run() throws {
        guard let address = SocketAddress(host: host, port: port) else {
            throw ValidationError("--host \(host): expected a numeric address")
        }
        guard (0...Limits.Server.loopsMaximum).contains(loops) else {
            throw ValidationError("--loops \(loops): expected 0 to \(Limits.Server.loopsMaximum)")
        }
        let identity = try identity()
        Signals.block()
        let count = loops == 0 ? max(1, Machine.allowedCores - 1) : loops
        let server: ConformanceServer
        do { server = try ConformanceServer(address: address, loops: count, tls: identity) } catch {
            throw StartError("\(error); choose another with --port, or 0 for any that is free")
        }
        let scheme = identity == nil ? "http" : "https"
        StandardOutput.line("Titan is ready on \(scheme)://\(host):\(server.port)")
        while Signals.wait() == .reload { identity?.reload() }
        server.stop()
    }

    private func identity() throws -> TLSIdentity? {
        if tls.isEmpty { return nil }
        guard tls.count == 2 else { throw ValidationError("--tls: expected CERTIFICATE KEY") }
        let paths = TLSIdentity.Paths(certificate: tls[0], key: tls[1])
        do throws(TLSIdentity.Failure) { return try TLSIdentity(paths) } catch {
            throw StartError(error.description)
        }
    }
}
