public import Loop
public import Platform
import Synchronization

/// The API server: one loop for each core it may use, all on one port.
public final class Server: Sendable {
    /// Why a server could not start.
    public enum Failure: Error, CustomStringConvertible {
        case listen(ListenError)
        case system(SystemError)
        /// The process may not have enough descriptors open.
        case descriptors(limit: Int)

        public var description: String {
            switch self {
            case .listen(let error): error.description
            case .system(let error): "cannot start the server: \(error)"
            case .descriptors(let limit):
                "cannot start the server: RLIMIT_NOFILE is \(limit), and "
                    + "\(Limits.Server.descriptorsReserved) descriptors are kept from connections"
            }
        }
    }

    /// Where it listens; the port is the kernel's choice where 0 was asked for.
    public let address: SocketAddress
    private let shards: [Shard]
    private let threads: [Thread]
    private let isStopped = Atomic(false)

    /// Starts to listen and to serve. When this returns, the port is open.
    public init(_ options: ServerOptions) throws(Failure) {
        let options = try Self.fitted(options)
        let router = Router(options.endpoints)
        var address = options.address
        var shards: [Shard] = []
        var threads: [Thread] = []
        let dealer = Dealer()
        var listeners: [CInt] = []
        do {
            for number in 0..<options.loops {
                let listener = try Self.listener(number, address, options.inherited)
                address = listener.address
                listeners.append(listener.number)
                shards.append(
                    try Self.shard(
                        number, options: options, router: router, listener: listener,
                        dealer: dealer))
            }
            for (number, shard) in shards.enumerated() {
                threads.append(try Self.thread(number, shard))
            }
        } catch {
            let now = Machine.bootMicroseconds
            for shard in shards { shard.stop(by: now) }
            for thread in threads { thread.join() }
            throw error
        }
        (self.address, self.shards, self.threads) = (address, shards, threads)
        self.listeners = listeners
    }

    public var port: UInt16 { address.port }

    /// The listening sockets, for a successor; open until `stop`.
    public let listeners: [CInt]

    /// What each loop has counted.
    public var counters: [ServerCounters] { shards.map(\.counters) }

    /// One count, over all loops.
    public func count(_ kind: ServerCounters.Kind) -> UInt64 {
        shards.reduce(0) { $0 + $1.counters[kind] }
    }

    /// The authenticator's revocation number has moved: readers of the live stream are checked at
    /// once instead of within seconds. Any thread.
    public func revocationMoved() {
        for shard in shards { shard.executor.ring() }
    }

    /// Takes no more connections, lets those there are finish what they have begun, says good-bye
    /// to readers and HTTP/2 clients, and ends the threads. A second call does nothing.
    /// - Parameter deadline: Microseconds after which everything is closed, done or not.
    public func stop(deadline: Int64) {
        if isStopped.exchange(true, ordering: .relaxed) { return }
        let moment = Machine.bootMicroseconds + deadline
        for shard in shards { shard.stop(by: moment) }
        for thread in threads { thread.join() }
    }

    /// The options with as many connections as the process may have descriptors for.
    private static func fitted(_ options: ServerOptions) throws(Failure) -> ServerOptions {
        let limit: Int
        do { limit = try Machine.raiseDescriptors() } catch { throw .system(error) }
        let room = connections(of: limit, loops: options.loops)
        guard room > 0 else { throw .descriptors(limit: limit) }
        var options = options
        // Every inherited socket needs a loop that takes its connections in.
        options.loops = max(options.loops, options.inherited.count)
        options.connectionsMaximum = min(options.connectionsMaximum, room)
        return options
    }

    /// How many connections each loop may have at most where the process may have `limit`
    /// descriptors.
    static func connections(of limit: Int, loops: Int) -> Int {
        max(0, limit - Limits.Server.descriptorsReserved) / loops
    }

    private static func listener(
        _ number: Int, _ address: SocketAddress, _ inherited: [ListeningDescriptor]
    ) throws(Failure) -> Listener {
        do {
            if !inherited.isEmpty {
                return try Listener(adopting: inherited[number % inherited.count])
            }
            return try Listener(address, first: number == 0, backlog: Limits.Server.backlog)
        } catch { throw .listen(error) }
    }

    private static func shard(
        _ number: Int, options: ServerOptions, router: Router, listener: consuming Listener,
        dealer: Dealer
    ) throws(Failure) -> Shard {
        do {
            return try Shard(
                number: number, options: options, router: router, listener: listener,
                dealer: dealer)
        } catch { throw .system(error) }
    }

    private static func thread(_ number: Int, _ shard: Shard) throws(Failure) -> Thread {
        do {
            return try Thread(name: "titan-loop-\(number)") { shard.run() }
        } catch { throw .system(error) }
    }
}
