import Domain
import Platform

/// The one way out for orders, and the way out for everything else that leaves after its record.
///
/// Thread: `release` and `stop` from any; the sending on the dispatcher's own.
final class Dispatcher: Sendable {
    private enum Item: Sendable {
        case order(OrderEffect)
        case message(OutgoingMessage)
    }

    private struct Queue {
        var items: [Item] = []
        /// Stops that wait for their record, with the real time at which they leave without it.
        var stops: [(ticket: StopTicket, deadline: Int64)] = []
        var handedOver: [String] = []
        var isClosed = false
    }

    private let queue = Guarded(Queue())
    private let bell: Bell
    private let bus: any Bus
    private let messages: Messages
    private let haltWord: HaltWord
    private let report: @Sendable (Input) -> Void
    private let thread = Guarded<Thread?>(nil)

    /// `report` takes what became of orders and stops back to the writer.
    init(
        bus: any Bus, messages: Messages, haltWord: HaltWord,
        report: @escaping @Sendable (Input) -> Void
    ) throws(SystemError) {
        bell = try Bell()
        (self.bus, self.messages, self.haltWord) = (bus, messages, haltWord)
        self.report = report
    }

    func start() throws(SystemError) {
        let started = try Thread(name: "dispatcher") { [self] in run() }
        thread.withLock { $0 = started }
    }

    /// Effects whose record is durable.
    func release(_ orders: [OrderEffect], _ others: [OutgoingMessage]) {
        queue.withLock { queue in
            queue.items += orders.map(Item.order)
            queue.items += others.map(Item.message)
        }
        bell.ring()
    }

    /// Stops that leave when `release(stops:)` says so, or on their own after the longest wait.
    func expect(_ stops: [StopTicket]) {
        guard !stops.isEmpty else { return }
        let deadline = Machine.bootMicroseconds + Limits.Engine.stopWaitMicroseconds
        queue.withLock { queue in queue.stops += stops.map { ($0, deadline) } }
        bell.ring()
    }

    /// Their records are durable: they leave now, unless they have left before.
    func release(stops: [StopTicket]) {
        for ticket in stops where ticket.claim() { send(messages.stop(ticket.effect)) }
        queue.withLock { $0.stops.removeAll { $0.ticket.hasLeft } }
    }

    /// The ids of the orders handed over last, for a halt's receipt.
    var handedOver: [String] { queue.withLock { $0.handedOver } }

    func close() {
        queue.withLock { $0.isClosed = true }
        bell.ring()
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        running?.join()
    }

    private func run() {
        while true {
            let (items, overdue, isClosed, wait) = take()
            for item in items { send(item) }
            leaveWithoutRecord(overdue)
            if items.isEmpty && overdue.isEmpty {
                if isClosed { return }
                bell.wait(milliseconds: wait)
            }
        }
    }

    private func take() -> ([Item], [StopTicket], Bool, CInt) {
        let now = Machine.bootMicroseconds
        return queue.withLock { queue in
            defer { queue.items = [] }
            let overdue = queue.stops.filter { $0.deadline <= now }.map(\.ticket)
            queue.stops.removeAll { $0.deadline <= now }
            let next = queue.stops.map(\.deadline).min()
            let wait = next.map { CInt(clamping: ($0 - now) / 1000 + 1) } ?? -1
            return (queue.items, overdue, queue.isClosed, wait)
        }
    }

    private func leaveWithoutRecord(_ overdue: [StopTicket]) {
        var left = StoppedBeforeDurable()
        var any = false
        for ticket in overdue where ticket.claim() {
            send(messages.stop(ticket.effect))
            any = true
            if case .cancel(let cancel) = ticket.effect { left.orderIds.append(cancel.orderId) }
        }
        if any { report(.stoppedBeforeDurable(left)) }
    }

    private func send(_ item: Item) {
        switch item {
        case .message(let message): send(message)
        case .order(let effect): send(effect)
        }
    }

    private func send(_ message: OutgoingMessage) { bus.publish(message) { _ in } }

    private func send(_ effect: OrderEffect) {
        let message = messages.place(effect)
        let id = effect.order.id
        let passed = haltWord.pass(recorded: effect.haltEpoch) {
            queue.withLock { queue in
                if queue.handedOver.count == Limits.Engine.handedOverMaximum {
                    queue.handedOver.removeFirst()
                }
                queue.handedOver.append(id)
            }
            bus.publish(message) { [report] outcome in
                report(.dispatched(Dispatched(orderId: id, outcome: Self.outcome(outcome))))
            }
        }
        if !passed { report(.dispatched(Dispatched(orderId: id, outcome: .withheld))) }
    }

    private static func outcome(_ outcome: PublishOutcome) -> DispatchOutcome {
        switch outcome {
        case .stored, .sent: .sent
        case .refused: .refused
        case .unknown: .unknown
        }
    }
}
