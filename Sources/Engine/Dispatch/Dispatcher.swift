import Domain
import Platform

/// The one way out for orders and for everything else that leaves after its record.
///
/// Everything goes to the bus on its one thread, and a bus keeps that order, so that a cancel never
/// overtakes its order: at the moment when the cancel leaves, the order has left, or never will.
///
/// Thread: every method from any.
final class Dispatcher: Sendable {
    private struct Shared {
        var queue = DispatchQueue()
        var handedOver: [String] = []
        /// Messages of which the bus has not said what became of them.
        var open = 0
        var isClosed = false
        /// How often the bus did not take a stop.
        var stopsFailed: UInt64 = 0

        mutating func handOver(_ id: String) {
            if handedOver.count == Limits.Engine.handedOverMaximum { handedOver.removeFirst() }
            handedOver.append(id)
        }
    }

    private let shared = Guarded(Shared())
    private let bell: Bell
    private let bus: any Bus
    private let messages: Messages
    private let events: Events
    private let haltWord: HaltWord
    private let report: @Sendable (Input) -> Void
    private let worker = Guarded<Worker?>(nil)

    /// `report` takes what became of orders and stops back to the writer.
    init(
        bus: any Bus, messages: Messages, events: Events, haltWord: HaltWord,
        report: @escaping @Sendable (Input) -> Void
    ) throws(SystemError) {
        bell = try Bell()
        (self.bus, self.messages, self.events) = (bus, messages, events)
        (self.haltWord, self.report) = (haltWord, report)
    }

    func start() throws(SystemError) {
        let started = try Worker("dispatcher") { [self] in run() }
        worker.withLock { $0 = started }
    }

    /// Stops that leave when `release` says so, or on their own after the longest wait.
    func expect(_ stops: [StopTicket]) {
        guard !stops.isEmpty else { return }
        let deadline = Machine.bootMicroseconds + Limits.Engine.stopWaitMicroseconds
        shared.withLock { $0.queue.expect(stops, deadline: deadline) }
        bell.ring()
    }

    /// Effects whose record is durable; orders only leave until that time since boot.
    func release(
        _ effects: [OrderedEffect], until expiry: Int64, stops: [StopTicket],
        _ events: [Publication]
    ) {
        if effects.isEmpty && stops.isEmpty && events.isEmpty { return }
        shared.withLock { $0.queue.release(effects, until: expiry, stops: stops, events) }
        bell.ring()
    }

    /// The ids of the orders handed over last, for a halt's receipt.
    var handedOver: [String] { shared.withLock { $0.handedOver } }

    /// Whether everything has left and the bus has said what became of it.
    var isIdle: Bool { shared.withLock { $0.queue.isEmpty && $0.open == 0 } }

    /// How many events and stops were given up, and how often a stop had to leave again.
    var troubles: (dropped: UInt64, stopsFailed: UInt64) {
        shared.withLock { ($0.queue.dropped, $0.stopsFailed) }
    }

    /// Sends what may leave, then ends. Returns whether it did in time.
    @discardableResult
    func close() -> Bool {
        shared.withLock { $0.isClosed = true }
        bell.ring()
        let running = worker.withLock { worker in
            defer { worker = nil }
            return worker
        }
        return running?.finish(milliseconds: Limits.Dispatch.closeMilliseconds) ?? true
    }

    /// Sends on the caller's thread whatever may leave: for virtual time, where nobody calls `start`.
    func drain() {
        while let next = shared.withLock({ $0.queue.next(at: .min) }) { send(next) }
    }

    private func run() {
        while true {
            let now = Machine.bootMicroseconds
            let (next, wake, isClosed) = shared.withLock {
                ($0.queue.next(at: now), $0.queue.nextWake, $0.isClosed)
            }
            if let next {
                send(next)
            } else if isClosed {
                return
            } else {
                bell.wait(milliseconds: wake.map { CInt(clamping: ($0 - now) / 1000 + 1) } ?? -1)
            }
        }
    }

    private func send(_ next: DispatchQueue.Next) {
        switch next {
        case .stop(let ticket, let isRecorded): send(ticket, isRecorded)
        case .retry(let effect): send(effect)
        case .order(let effect, let expiry): send(effect, until: expiry)
        case .withdrawn(let effect): report(effect, .withheld)
        case .open(let state): open(state)
        case .publication(let publication):
            for message in events.messages(publication) { bus.publish(message) { _ in } }
        }
    }

    private func send(_ ticket: StopTicket, _ isRecorded: Bool) {
        guard ticket.claim() else {
            shared.withLock { $0.queue.recordedLate(ticket.effect) }
            return
        }
        shared.withLock { $0.queue.leaving(ticket.effect, isRecorded: isRecorded) }
        send(ticket.effect)
        guard !isRecorded else { return }
        var left = StoppedBeforeDurable()
        if case .cancel(let cancel) = ticket.effect { left.orderIds = [cancel.orderId] }
        report(.stoppedBeforeDurable(left))
    }

    /// What the bus refused, or may have lost, leaves again: it does no harm twice.
    private func send(_ effect: StopEffect) {
        publish(messages.stop(effect)) { [self] outcome in
            guard outcome.hasFailed else { return }
            let time = Machine.bootMicroseconds + Limits.Dispatch.retryMicroseconds
            shared.withLock { shared in
                shared.stopsFailed += 1
                if !shared.isClosed { shared.queue.retry(effect, at: time) }
            }
            bell.ring()
        }
    }

    /// The bus asks in the moment in which the order leaves; whatever queue it has lies before that.
    private func send(_ effect: OrderEffect, until expiry: Int64) {
        let isLate = { @Sendable in Machine.bootMicroseconds > expiry }
        let permit = Permit { [haltWord, shared] leave in
            guard !isLate() else { return false }
            return haltWord.pass(recorded: effect.haltEpoch) {
                shared.withLock { $0.handOver(effect.order.id) }
                leave()
            }
        }
        publish(messages.place(effect), permit) { [self] outcome in
            let isExpired = outcome == .withheld && isLate()
            report(effect, isExpired ? .expired : outcome.dispatch)
        }
    }

    private func report(_ effect: OrderEffect, _ outcome: DispatchOutcome) {
        report(.dispatched(Dispatched(orderId: effect.order.id, outcome: outcome)))
    }

    /// As an order: not after a newer halt. When the bus does not take it, the others stay halted,
    /// and it leaves again while it is still true.
    private func open(_ state: HaltStateEffect) {
        let permit = Permit { [haltWord] leave in
            haltWord.pass(recorded: state.haltEpoch, leave)
        }
        shared.withLock { $0.queue.opened(state) }
        publish(messages.haltState(state), permit) { [self] outcome in
            guard outcome.hasFailed else { return }
            let time = Machine.bootMicroseconds + Limits.Dispatch.retryMicroseconds
            shared.withLock { if !$0.isClosed { $0.queue.reopen(state, at: time) } }
            bell.ring()
        }
    }

    private func publish(
        _ message: OutgoingMessage, _ permit: Permit = .always,
        _ outcome: @escaping @Sendable (PublishOutcome) -> Void
    ) {
        shared.withLock { $0.open += 1 }
        bus.publish(message, permit: permit) { [shared] result in
            outcome(result)
            shared.withLock { $0.open -= 1 }
        }
    }
}

extension PublishOutcome {
    fileprivate var hasFailed: Bool {
        switch self {
        case .stored, .sent, .withheld: false
        case .refused, .unknown: true
        }
    }
}
