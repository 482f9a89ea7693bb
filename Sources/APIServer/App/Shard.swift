import Loop
import Platform
import Synchronization
import Wire

/// All that one loop of the server owns. Its code runs on the loop's thread and nowhere else.
///
/// One turn: wait, note what has become possible, serve it, run what handlers have to do,
/// write what is to be written, look at the clock. Every step has a maximum.
actor Shard {
    nonisolated let executor: LoopExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }
    nonisolated let counters = ServerCounters()
    nonisolated let outlet: LiveOutlet
    let options: ServerOptions
    let router: Router

    var poller: Poller
    var listener: Listener?
    /// Of shard 0, when the server has a Unix socket.
    let unixListener: UnixListener?
    let dealer: Dealer
    let hand: Dealer.Hand
    let spare = SpareDescriptor()
    /// When accepting goes on after descriptors ran out; `nil` while it does.
    var acceptsAgain: Int64?
    /// Boot clock by which everything must have ended; 0 while the server runs.
    nonisolated let stopBy = Atomic<Int64>(0)
    var isStopping = false

    var connections: Slots<Connection>
    var timers: Timers
    /// To be served in the next turn though no event will come.
    var again: [Token] = []
    /// To be written to at the end of this turn.
    var dirty: [Token] = []
    /// Handlers that wait.
    var waiting = 0
    var requests: UInt64

    /// What outlives its request, and how far this shard has looked, topic by topic.
    var channels: [Channel] = []
    var looked: [UInt64]
    /// What nghttp2 uses for all connections of this loop.
    let memory = HTTP2Memory()
    let deflater = WebSocketDeflater(level: Limits.Live.deflateLevel)
    var revocation: UInt64

    /// One look at the clocks for each turn: boot, UTC, and its text of each second.
    var now = Machine.bootMicroseconds
    var wall = Machine.wallMicroseconds
    var date = HTTPDate(seconds: Machine.wallMicroseconds / 1_000_000)
    var dateSecond = Machine.wallMicroseconds / 1_000_000

    /// One buffer each for the whole loop, used again and again.
    var buffer = [UInt8](repeating: 0, count: Limits.Server.readBytes)
    var output: [UInt8] = []
    /// What TLS has decrypted, and what it has encrypted.
    var plain: [UInt8] = []
    var sealed: [UInt8] = []
    /// Reads of connections in their handshake in this turn.
    var handshakes = 0
    var events: [HTTPEvent] = []
    private var ready: [Readiness] = []

    /// - Parameter number: Distinguishes the ids of this shard's requests.
    init(
        number: Int, options: ServerOptions, router: Router, listener: consuming Listener,
        dealer: Dealer
    ) throws(SystemError) {
        let executor = try LoopExecutor()
        let poller = try Poller(eventsMaximum: Limits.Server.eventsPerTurn)
        try poller.watch(reading: executor.bellNumber, as: .bell)
        try poller.watch(reading: listener.number, as: .listener)
        var unixListener: UnixListener?
        if number == 0, let path = options.unixPath {
            let made = try UnixListener(path, backlog: Limits.Server.backlog)
            try poller.watch(reading: made.number, as: .unixListener)
            unixListener = made
        }
        self.unixListener = unixListener
        (self.dealer, hand) = (dealer, dealer.seat(executor))
        self.executor = executor
        self.poller = poller
        self.listener = consume listener
        (self.options, self.router) = (options, router)
        connections = Slots(capacity: options.connectionsMaximum)
        outlet = LiveOutlet(executor: executor)
        looked = [UInt64](repeating: 0, count: options.hub.topics.count)
        timers = Timers(
            granularity: Limits.Server.timerMicroseconds, buckets: Limits.Server.timerBuckets,
            now: Machine.bootMicroseconds)
        revocation = options.authenticator.revocation
        requests = Self.firstRequest(shard: number)
        options.hub.attach(outlet)
    }

    /// Ids of 60 bits, which are 15 digits: 20 random for the process, 6 for the shard, a counter.
    private static func firstRequest(shard: Int) -> UInt64 {
        let random = Machine.randomBytes(count: 3).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return (random >> 4) << 40 | UInt64(shard) << 34
    }

    /// Runs the loop on the calling thread until the server has stopped.
    nonisolated func run() {
        executor.claim {
            while let events = assumeIsolated({ $0.hear() }) {
                var place = 0
                while place < events {
                    place = assumeIsolated { $0.serveEvents(from: place, to: events) }
                    executor.runPending()
                }
                executor.runPending()
                assumeIsolated { $0.speak() }
            }
        }
    }

    /// Any thread: the loop ends when all is answered and closed, at the latest at `deadline`.
    nonisolated func stop(by deadline: Int64) {
        stopBy.store(deadline, ordering: .sequentiallyConsistent)
        executor.ring()
    }

    /// The beginning of a turn: waits for events. Returns how many there are, `nil` at the end.
    private func hear() -> Int? {
        wait()
        lookAtClocks()
        handshakes = 0
        let stopBy = stopBy.load(ordering: .relaxed)
        if stopBy != 0 {
            if !isStopping { beginStopping() }
            if connections.count == 0 || now >= stopBy {
                endStopping()
                return nil
            }
        }
        if options.unixPath != nil { pickUp() }
        serveAgain()
        return ready.count
    }

    /// Serves events until a handler wants to run: one that may wait, such as a halt, starts before
    /// the next connection is served. Returns how far that was.
    private func serveEvents(from start: Int, to end: Int) -> Int {
        for place in start..<end {
            serveEvent(place)
            if executor.hasPending { return place + 1 }
        }
        return end
    }

    private func serveEvent(_ place: Int) {
        let event = ready[place]
        switch event.token {
        case .bell: executor.clearBell()
        case .listener: acceptConnections()
        case .unixListener: dealConnections()
        default: if let connection = connections[event.token] { serve(connection, event) }
        }
    }

    /// The end of a turn: what goes out, and what is due.
    private func speak() {
        lookForNews()
        writeDirty()
        lookAtDeadlines()
        checkInvariants()
    }

    private func wait() {
        let milliseconds = again.isEmpty ? sleepMilliseconds : 0
        executor.sleep { mayWait in
            do {
                try poller.wait(milliseconds: mayWait ? milliseconds : 0, into: &ready)
            } catch {
                preconditionFailure("Invariant: a poller of ours can wait (\(error))")
            }
        }
    }

    private var sleepMilliseconds: CInt {
        if isStopping && connections.count == 0 { return 0 }
        var milliseconds = timers.milliseconds(now: now)
        for moment in [acceptsAgain, isStopping ? stopBy.load(ordering: .relaxed) : nil] {
            guard let moment else { continue }
            let left = CInt(max(0, min((moment - now) / 1_000 + 1, 60_000)))
            milliseconds = milliseconds < 0 ? left : min(milliseconds, left)
        }
        return milliseconds
    }

    private func lookAtClocks() {
        now = Machine.bootMicroseconds
        wall = Machine.wallMicroseconds
        let second = wall / 1_000_000
        if second != dateSecond {
            date = HTTPDate(seconds: second)
            dateSecond = second
        }
    }

    private func checkInvariants() {
        #if DEBUG
            precondition(dirty.isEmpty, "Invariant: a turn ends with everything written")
            precondition(waiting >= 0, "Invariant: a handler is answered once")
            for (place, channel) in channels.enumerated() {
                precondition(
                    channel.place == place, "Invariant: a channel knows its place")
            }
        #endif
    }
}
