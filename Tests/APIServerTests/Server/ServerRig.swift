import APIServer
import Domain
import Loop
import Platform
import Synchronization
import Wire

/// Takes tokens of the form `name/role/seconds`: seconds until it expires.
final class PlainAuthenticator: Authenticator {
    let moves = Atomic<UInt64>(1)
    let asked = Atomic<Int>(0)
    let banned = Guarded<Set<String>>([])

    var revocation: UInt64 { moves.load(ordering: .sequentiallyConsistent) }

    func ban(_ name: String) {
        banned.withLock { _ = $0.insert(name) }
        moves.wrappingAdd(1, ordering: .sequentiallyConsistent)
    }

    func authenticate(_ token: [UInt8]) -> Result<Credential, APIError> {
        asked.wrappingAdd(1, ordering: .relaxed)
        let parts = String(decoding: token, as: UTF8.self).split(separator: "/").map(String.init)
        guard parts.count == 3, let role = Role(rawValue: parts[1]), let seconds = Int64(parts[2]),
            !banned.withLock({ $0.contains(parts[0]) })
        else {
            return .failure(.unauthorized(code: "token_invalid", message: "No such token"))
        }
        let expires = Machine.wallMicroseconds + seconds * 1_000_000
        return .success(
            Credential(operator: Operator(id: parts[0], roles: [role]), expires: expires))
    }
}

/// A real server on a port of its own, which stops at the end of its life.
final class ServerRig {
    let server: Server
    let authenticator = PlainAuthenticator()
    let hub = LiveHub(epoch: 7, time: Timestamp(microseconds: 1_000_000), mode: .paper)
    var isStopped = false

    init(
        loops: Int = 1, connectionsMaximum: Int = Limits.Server.connectionsMaximum,
        tls: TLSIdentity? = nil, _ endpoints: [Endpoint] = []
    ) throws {
        let stream = Endpoint(
            .get, "/ws/v1/stream", operationID: "stream", summary: "Streams", answers: [],
            handler: .opens(Opening(.webSocket, .live, permission: .view)))
        var options = ServerOptions(
            address: SocketAddress(host: "127.0.0.1", port: 0)!, loops: loops,
            endpoints: endpoints + [stream], authenticator: authenticator, hub: hub,
            fallback: { $0.pathText == "/" ? .text(200, "console") : nil })
        options.connectionsMaximum = connectionsMaximum
        options.tls = tls
        server = try Server(options)
    }

    deinit { stop(deadline: 20_000) }

    func client(receiveBytes: CInt? = nil) throws -> Client {
        try Client(port: server.port, receiveBytes: receiveBytes)
    }

    /// A client whose stream is open.
    func reader(receiveBytes: CInt? = nil, token: String = "ann/observer/60") throws -> Client {
        let client = try client(receiveBytes: receiveBytes)
        let answer = try client.upgrade("/ws/v1/stream?access_token=\(token)")
        guard answer.status == 101 else { throw Client.Silence() }
        return client
    }

    func publish(_ topic: Topic, _ json: String, second: Int64 = 2) {
        hub.publish(
            topic, data: Array(json.utf8), time: Timestamp(microseconds: second * 1_000_000),
            mode: .paper)
    }

    func stop(deadline: Int64) {
        if isStopped { return }
        isStopped = true
        server.stop(deadline: deadline)
    }
}

extension Endpoint {
    /// One with only what a test needs.
    static func of(_ method: Wire.Method, _ path: String, _ handler: Handler) -> Endpoint {
        Endpoint(method, path, operationID: path, summary: path, answers: [], handler: handler)
    }
}
