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
    private let ticker: Pulse

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
            // Readers of events see that time passes.
            let count = Guarded(0)
            ticker = try Pulse("ticker", every: 1_000) {
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                hub.announce(Array("{\"tick\":\(number)}".utf8))
            }
        } catch { throw .system(error) }
    }

    /// Takes no more requests and finishes those there are.
    public func stop() {
        ticker.close()
        server.stop(deadline: Limits.Conformance.stopMicroseconds)
    }

    /// Nobody can sign in.
    private struct Nobody: Authenticator {
        var revocation: UInt64 { 0 }

        func authenticate(_ token: [UInt8]) -> Result<Credential, APIError> {
            .failure(.unauthorized(code: "token_invalid", message: "Nobody signs in here"))
        }
    }
}
