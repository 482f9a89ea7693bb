import Platform

/// The bus over NATS JetStream.
///
/// One thread of ours does all the work with libnats and calls every closure; publishing and
/// acknowledging only put something into a bounded queue for it. While there is no connection a
/// publish is refused at once, and what was queued when the connection broke is refused too:
/// nothing is ever kept to be sent later. A publish without an answer is unknown, and is called so
/// only after its connection and all its buffers are gone.
///
/// What the kernel already holds is out of reach: a server that was stopped and goes on again may
/// still read and store a message called unknown. Message ids and ages are there for that.
public final class NATSBus: Bus {
    private struct Queue {
        var publishes: [NATSPublish] = []
        var settlements: [(token: AckToken, word: String)] = []
        /// The connection that there is, if any.
        var connection: Int?
        var isClosed = false
        var health = BusHealth(isConnected: false)
    }

    private let queue = Guarded(Queue())
    let link: Guarded<NATSLink>
    private let inbox: NATSInbox
    private let thread = Guarded<Thread?>(nil)

    /// Connects and makes sure of the streams; throws when either is impossible.
    public init(
        url: String, streams: [StreamSpecification] = StreamSpecification.all
    ) throws(BusError) {
        do throws(SystemError) {
            inbox = try NATSInbox()
        } catch {
            throw .server(doing: "start", reason: error.description)
        }
        let made = NATSLink(url: url, streams: streams, inbox: inbox)
        try made.connect()
        queue.withLock { queue in
            queue.connection = 1
            queue.health.isConnected = true
        }
        link = Guarded(made)
        do throws(SystemError) {
            let started = try Thread(name: "nats bus") { [queue, link, inbox] in
                while Self.turn(queue, link, inbox) {}
            }
            thread.withLock { $0 = started }
        } catch {
            throw .server(doing: "start", reason: error.description)
        }
    }

    public func publish(
        _ message: OutgoingMessage, permit: Permit,
        outcome: @escaping @Sendable (PublishOutcome) -> Void
    ) {
        let (refusal, rings): (String?, Bool) = queue.withLock { queue in
            if let why = Self.refusal(message, queue) { return (why, false) }
            queue.publishes.append(
                NATSPublish(
                    message: message, permit: permit, outcome: outcome,
                    connection: queue.connection ?? 0))
            return (nil, queue.publishes.count == 1)
        }
        if let refusal { outcome(.refused(refusal)) }
        if rings { inbox.bell.ring() }
    }

    public func subscribe(
        _ filter: String, deliver: @escaping @Sendable (BusMessage) -> Void
    ) throws(BusError) {
        _ = try SubjectFilter(filter)
        if queue.withLock({ $0.isClosed }) { throw .closed }
        try link.withLock { (link) throws(BusError) in try link.subscribe(filter, deliver) }
    }

    public func consume(
        _ specification: ConsumerSpecification, deliver: @escaping @Sendable (BusMessage) -> Void
    ) throws(BusError) {
        try specification.check()
        if queue.withLock({ $0.isClosed }) { throw .closed }
        try link.withLock { (link) throws(BusError) in try link.consume(specification, deliver) }
        inbox.bell.ring()
    }

    public func acknowledge(_ token: AckToken) { settle(token, "+ACK") }

    public func negativeAcknowledge(_ token: AckToken, delayMicroseconds: Int64) {
        let (delay, overflow) = max(0, delayMicroseconds).multipliedReportingOverflow(by: 1_000)
        settle(token, delay == 0 ? "-NAK" : "-NAK {\"delay\":\(overflow ? .max : delay)}")
    }

    public func terminate(_ token: AckToken) { settle(token, "+TERM") }

    public var health: BusHealth {
        var health = queue.withLock { $0.health }
        health.dropped = inbox.dropped
        return health
    }

    /// Stops for good. Waits for its thread, so not to be called from a closure of the bus.
    public func close() {
        queue.withLock { $0.isClosed = true }
        inbox.bell.ring()
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        running?.join()
    }

    private func settle(_ token: AckToken, _ word: String) {
        let rings = queue.withLock { queue in
            guard queue.settlements.count < Limits.Bus.acknowledgementQueueMaximum else {
                return false
            }
            queue.settlements.append((token, word))
            return queue.settlements.count == 1
        }
        if rings { inbox.bell.ring() }
    }

    /// Why this message cannot be taken now, if it cannot.
    private static func refusal(_ message: OutgoingMessage, _ queue: Queue) -> String? {
        if queue.isClosed { return "the bus is closed" }
        if queue.connection == nil { return "not connected: \(queue.health.reason)" }
        if queue.publishes.count >= Limits.Bus.publishQueueMaximum {
            return "too many messages wait to be sent"
        }
        if message.payload.count > Limits.Bus.payloadBytesMaximum {
            return "\(message.payload.count) bytes are more than a message may have"
        }
        return SubjectFilter.isSubject(message.subject)
            ? nil : "\"\(message.subject)\" is not a subject"
    }

    /// Everything that is to be done now, then a wait. Returns whether to go on.
    private static func turn(
        _ queue: Guarded<Queue>, _ link: Guarded<NATSLink>, _ inbox: NATSInbox
    ) -> Bool {
        let (publishes, settlements, isClosed) = take(queue)
        let events = inbox.take()
        let (calls, wake) = link.withLock { link in
            let now = Machine.bootMicroseconds
            for event in events { link.hear(event, at: now) }
            if isClosed { link.lose("the bus is closed", at: now) } else { link.keepUp(at: now) }
            for item in publishes { link.send(item, at: Machine.bootMicroseconds) }
            for item in settlements { link.settle(item.token, item.word, at: now) }
            report(link, to: queue)
            return (link.takeCalls(), link.wake)
        }
        for call in calls { call() }
        if isClosed { return false }
        if calls.isEmpty && events.isEmpty && publishes.isEmpty && settlements.isEmpty {
            let left = max(0, wake - Machine.bootMicroseconds + 999) / 1_000
            inbox.bell.wait(milliseconds: CInt(clamping: left))
        }
        return true
    }

    /// What was queued; acknowledgements only when there is somebody to tell.
    private static func take(
        _ queue: Guarded<Queue>
    ) -> ([NATSPublish], [(token: AckToken, word: String)], Bool) {
        queue.withLock { queue in
            let settlements = queue.connection == nil ? [] : queue.settlements
            if queue.connection != nil { queue.settlements = [] }
            defer { queue.publishes = [] }
            return (queue.publishes, settlements, queue.isClosed)
        }
    }

    private static func report(_ link: NATSLink, to queue: Guarded<Queue>) {
        let connection = link.session?.number
        var health = BusHealth(isConnected: connection != nil)
        health.reconnects = link.reconnects
        health.redelivered = link.redelivered
        health.unknown = link.unknown
        health.reason = link.reason
        queue.withLock { queue in
            queue.connection = connection
            queue.health = health
        }
    }
}
