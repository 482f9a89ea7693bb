import Domain
public import Loop
import Platform
import Wire

/// The transport alone, the same code with the same limits, for public test suites and other
/// people's clients. No engine, no identity: nothing here is worth protecting.
///
/// Thread: any.
public final class ConformanceServer: Sendable {
    private let server: Server
    private let ticker: Thread
    private let bell: Bell
    private let isDone = Guarded(false)

    public var port: UInt16 { server.port }

    /// - Parameter tls: When given, the port speaks TLS with it and nothing else.
    public init(
        address: SocketAddress, loops: Int, tls: TLSIdentity? = nil
    ) throws(Server.Failure) {
        let began = Machine.wallMicroseconds
        let hub = LiveHub(
            epoch: UInt64(began), time: Timestamp(microseconds: began), mode: .paper,
            topics: [.broadcast, .events])
        var options = ServerOptions(
            address: address, loops: loops, endpoints: ConformanceEndpoints.all(hub),
            authenticator: Nobody(), hub: hub)
        options.tls = tls
        let counted = CountedBody(
            path: "/upload", bytesMaximum: Limits.Conformance.uploadBytesMaximum)
        options.http1.counted = counted
        options.http2.counted = counted
        server = try Server(options)
        do throws(SystemError) {
            let bell = try Bell()
            self.bell = bell
            ticker = try Thread(name: "ticker") { [isDone] in Self.tick(hub, bell, isDone) }
        } catch { throw .system(error) }
    }

    /// Takes no more requests and finishes those there are.
    public func stop() {
        isDone.withLock { $0 = true }
        bell.ring()
        ticker.join()
        server.stop(deadline: Limits.Conformance.stopMicroseconds)
    }

    /// Readers of events see that time passes.
    private static func tick(_ hub: LiveHub, _ bell: Bell, _ isDone: Guarded<Bool>) {
        var count = 0
        while !isDone.withLock({ $0 }) {
            bell.wait(milliseconds: 1_000)
            count += 1
            hub.announce(Array("{\"tick\":\(count)}".utf8))
        }
    }

    /// Nobody can sign in.
    private struct Nobody: Authenticator {
        var revocation: UInt64 { 0 }

        func authenticate(_ token: [UInt8]) -> Result<Credential, APIError> {
            .failure(.unauthorized(code: "token_invalid", message: "Nobody signs in here"))
        }
    }
}
