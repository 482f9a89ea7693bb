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

    func run() throws {
        guard let address = SocketAddress(host: host, port: port) else {
            throw ValidationError("--host \(host): expected a numeric address")
        }
        guard (0...Limits.Server.loopsMaximum).contains(loops) else {
            throw ValidationError("--loops \(loops): expected 0 to \(Limits.Server.loopsMaximum)")
        }
        Signals.block()
        let count = loops == 0 ? max(1, Machine.allowedCores - 1) : loops
        let server: ConformanceServer
        do { server = try ConformanceServer(address: address, loops: count) } catch {
            throw StartError("\(error); choose another with --port, or 0 for any that is free")
        }
        StandardOutput.line("Titan is ready on http://\(host):\(server.port)")
        Signals.wait()
        server.stop()
    }
}
