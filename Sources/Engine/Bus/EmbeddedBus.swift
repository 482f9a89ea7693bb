public import Platform

/// The bus inside the process: `BusCore` for many threads.
///
/// In wall time it delivers on a thread of its own. In virtual time nothing happens until
/// `advance(to:)`, and then everything on the caller's thread, in an order that repeats.
public final class EmbeddedBus: Bus {
    private enum Work {
        case message(subscriber: Int, BusMessage)
        case outcome(@Sendable (PublishOutcome) -> Void, PublishOutcome)
    }

    private struct State {
        var core: BusCore
        var clock: BusClock
        /// What is to be delivered, in order.
        var work: [Work] = []
        var handlers: [Int: @Sendable (BusMessage) -> Void] = [:]
        /// How many messages wait for each core subscriber.
        var backlog: [Int: Int] = [:]
        var dropped: UInt64 = 0
        var isClosed = false

        /// Moves what the core wants delivered into `work`. Returns whether there was none before.
        mutating func collect(_ outcome: Work? = nil) -> Bool {
            let wasEmpty = work.isEmpty
            if let outcome { work.append(outcome) }
            for delivery in core.takeDeliveries() {
                if let waiting = backlog[delivery.subscriber] {
                    guard waiting < Limits.Bus.coreInboxMaximum else {
                        dropped += 1
                        continue
                    }
                    backlog[delivery.subscriber] = waiting + 1
                }
                work.append(.message(subscriber: delivery.subscriber, delivery.message))
            }
            return wasEmpty
        }

        mutating func takeWork() -> [Work] {
            for case .message(let subscriber, _) in work where backlog[subscriber] != nil {
                backlog[subscriber] = 0
            }
            defer { work = [] }
            return work
        }
    }

    private let state: Guarded<State>
    private let bell: Bell
    private let isVirtual: Bool
    private let thread = Guarded<Thread?>(nil)

    /// A bus in wall time, with a thread of its own until it is closed.
    public init(core: consuming BusCore) throws(SystemError) {
        bell = try Bell()
        isVirtual = false
        state = Guarded(State(core: core, clock: .wall))
        let started = try Thread(name: "bus") { [state, bell] in Self.run(state, bell) }
        thread.withLock { $0 = started }
    }

    /// A bus whose time stands still until it is advanced. Unit: UTC microseconds.
    public init(core: consuming BusCore, virtualTime: Int64) throws(SystemError) {
        bell = try Bell()
        isVirtual = true
        state = Guarded(State(core: core, clock: .virtual(virtualTime)))
    }

    public func publish(
        _ message: OutgoingMessage, permit: Permit,
        outcome: @escaping @Sendable (PublishOutcome) -> Void
    ) {
        var refusal: String?
        let isPermitted = permit.pass { refusal = store(message, outcome) }
        if let refusal {
            outcome(.refused(refusal))
        } else if !isPermitted {
            outcome(.withheld)
        }
    }

    /// Puts the message into its stream and before its readers. Returns why not, if not.
    private func store(
        _ message: OutgoingMessage, _ outcome: @escaping @Sendable (PublishOutcome) -> Void
    ) -> String? {
        change { state in
            guard !state.isClosed else { return (false, "the bus is closed") }
            guard state.work.count < Limits.Bus.publishQueueMaximum else {
                return (false, "too many messages wait to be delivered")
            }
            let result = state.core.publish(message, at: state.clock.now)
            return (state.collect(.outcome(outcome, result)), nil)
        }
    }

    public func subscribe(
        _ filter: String, deliver: @escaping @Sendable (BusMessage) -> Void
    ) throws(BusError) {
        try state.withLock { (state) throws(BusError) in
            guard !state.isClosed else { throw .closed }
            let subscriber = try state.core.subscribe(filter)
            state.handlers[subscriber] = deliver
            state.backlog[subscriber] = 0
        }
    }

    public func consume(
        _ specification: ConsumerSpecification, deliver: @escaping @Sendable (BusMessage) -> Void
    ) throws(BusError) {
        try state.withLock { (state) throws(BusError) in
            guard !state.isClosed else { throw .closed }
            let subscriber = try state.core.consume(specification, at: state.clock.now)
            state.handlers[subscriber] = deliver
            _ = state.collect()
        }
        bell.ring()
    }

    public func acknowledge(_ token: AckToken) {
        settle { core, now in core.acknowledge(token, at: now) }
    }

    public func negativeAcknowledge(_ token: AckToken, delayMicroseconds: Int64) {
        settle { core, now in
            core.negativeAcknowledge(token, delayMicroseconds: delayMicroseconds, at: now)
        }
    }

    public func terminate(_ token: AckToken) {
        settle { core, now in core.terminate(token, at: now) }
    }

    public var health: BusHealth {
        state.withLock { state in
            var health = BusHealth(isConnected: !state.isClosed)
            health.dropped = state.dropped
            health.redelivered = state.core.redelivered
            health.reason = state.isClosed ? "closed" : ""
            return health
        }
    }

    /// Stops for good. Waits for its thread, so not to be called from a closure of the bus.
    public func close() {
        state.withLock { $0.isClosed = true }
        bell.ring()
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        running?.join()
        state.withLock { state in
            state.handlers = [:]
            state.work = []
        }
    }

    /// Virtual time only: when the next redelivery is due, or now if something is to be delivered.
    ///
    /// May be early, when what was due then has been settled.
    public var nextWake: Int64? {
        state.withLock { $0.work.isEmpty ? $0.core.nextWake : $0.clock.now }
    }

    /// Virtual time only: delivers what is due up to that time, each thing at its own time.
    public func advance(to time: Int64) {
        precondition(isVirtual, "Invariant: only virtual time is advanced by hand")
        deliverAll()
        while let wake = state.withLock({ $0.core.nextWake }), wake <= time {
            step(to: wake)
        }
        step(to: time)
    }

    private func step(to time: Int64) {
        state.withLock { state in
            state.clock.advance(to: time)
            state.core.wake(at: state.clock.now)
            _ = state.collect()
        }
        deliverAll()
    }

    /// Delivers until the closures cause no more deliveries.
    private func deliverAll() {
        while true {
            let (work, handlers) = state.withLock { ($0.takeWork(), $0.handlers) }
            if work.isEmpty { return }
            Self.deliver(work, handlers)
        }
    }

    private func settle(_ body: @Sendable (inout BusCore, Int64) -> Void) {
        change { state in
            body(&state.core, state.clock.now)
            return (state.collect(), ())
        }
    }

    /// Changes the state and wakes the thread when there is something for it to do.
    private func change<Value: Sendable>(_ body: (inout State) -> (Bool, Value)) -> Value {
        let (rings, value) = state.withLock { state in
            let before = state.core.nextWake ?? .max
            let (wasEmpty, value) = body(&state)
            let isSooner = (state.core.nextWake ?? .max) < before
            return (wasEmpty && !state.work.isEmpty || isSooner, value)
        }
        if rings && !isVirtual { bell.ring() }
        return value
    }

    private static func deliver(
        _ work: [Work], _ handlers: [Int: @Sendable (BusMessage) -> Void]
    ) {
        for item in work {
            switch item {
            case .message(let subscriber, let message): handlers[subscriber]?(message)
            case .outcome(let outcome, let result): outcome(result)
            }
        }
    }

    private static func run(_ state: Guarded<State>, _ bell: Bell) {
        while true {
            let turn = state.withLock { state in
                let now = state.clock.now
                if let wake = state.core.nextWake, wake <= now { state.core.wake(at: now) }
                _ = state.collect()
                let sleep = state.clock.milliseconds(until: state.core.nextWake)
                return (state.takeWork(), state.handlers, sleep, state.isClosed)
            }
            if turn.3 { return refuse(turn.0) }
            deliver(turn.0, turn.1)
            if turn.0.isEmpty { bell.wait(milliseconds: turn.2) }
        }
    }

    /// At the end: publishers still hear what became of their messages, nobody hears a message.
    private static func refuse(_ work: [Work]) { deliver(work, [:]) }
}
