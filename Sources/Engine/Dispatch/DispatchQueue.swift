import Domain
import Platform

/// What waits for the dispatcher's thread, and in which order it leaves: stops first, then orders,
/// then events.
struct DispatchQueue {
    /// The next thing to do.
    enum Next {
        case stop(StopTicket, isRecorded: Bool)
        case retry(StopEffect)
        /// An order, and until when since boot it may leave.
        case order(OrderEffect, until: Int64)
        /// An order whose cancel came before it could leave.
        case withdrawn(OrderEffect)
        case open(HaltStateEffect)
        case publication(Publication)
    }

    private var recorded = Line<StopTicket>()
    /// Stops that wait for their record, with the real time at which they leave without it.
    private var waiting: [(ticket: StopTicket, deadline: Int64)] = []
    private var retries: [(effect: StopEffect, at: Int64)] = []
    /// That the desk is open, to be said again.
    private var reopening: (state: HaltStateEffect, at: Int64)?
    private var orders = Line<(effect: OrderedEffect, expiry: Int64)>()
    private var publications = Line<Publication>()
    /// Ids of the orders in `orders`.
    private var queued: Set<String> = []
    /// Orders that must not leave any more: their cancels have left.
    private var withdrawn: Set<String> = []
    private(set) var dropped: UInt64 = 0
    /// The newest state of the halt that was sent or is to be sent again.
    private var haltState: HaltStateEffect?

    var isEmpty: Bool {
        recorded.isEmpty && orders.isEmpty && publications.isEmpty
    }

    /// When something becomes due by itself, in microseconds since boot.
    var nextWake: Int64? {
        [waiting.map(\.deadline).min(), retries.map(\.at).min(), reopening?.at]
            .compactMap { $0 }.min()
    }

    /// Stops that leave at `deadline` unless their record is durable before.
    mutating func expect(_ stops: [StopTicket], deadline: Int64) {
        waiting += stops.map { ($0, deadline) }
    }

    /// A block's effects; its record is durable.
    mutating func release(
        _ effects: [OrderedEffect], until expiry: Int64, stops: [StopTicket],
        _ events: [Publication]
    ) {
        for effect in effects {
            if case .order(let order) = effect { queued.insert(order.order.id) }
            orders.append((effect, expiry))
        }
        for ticket in stops {
            recorded.append(ticket)
            waiting.removeAll { $0.ticket === ticket }
        }
        for event in events {
            if publications.count < Limits.Engine.dispatchQueueMaximum {
                publications.append(event)
            } else {
                dropped += 1
            }
        }
    }

    mutating func next(at now: Int64) -> Next? {
        if let ticket = recorded.popFirst() { return .stop(ticket, isRecorded: true) }
        if let index = waiting.firstIndex(where: { $0.deadline <= now }) {
            return .stop(waiting.remove(at: index).ticket, isRecorded: false)
        }
        while let index = retries.firstIndex(where: { $0.at <= now }) {
            let effect = retries.remove(at: index).effect
            if isCurrent(effect) { return .retry(effect) }
        }
        if let again = reopening, again.at <= now {
            reopening = nil
            if again.state == haltState { return .open(again.state) }
        }
        if let (effect, expiry) = orders.popFirst() { return next(effect, until: expiry) }
        return publications.popFirst().map { .publication($0) }
    }

    private mutating func next(_ effect: OrderedEffect, until expiry: Int64) -> Next {
        switch effect {
        case .open(let state): return .open(state)
        case .order(let order):
            queued.remove(order.order.id)
            let isWithdrawn = withdrawn.remove(order.order.id) != nil
            return isWithdrawn ? .withdrawn(order) : .order(order, until: expiry)
        }
    }

    /// A stop leaves now. A cancel also holds back its order, if that has not left: now, or when
    /// its record becomes durable.
    mutating func leaving(_ effect: StopEffect, isRecorded: Bool) {
        switch effect {
        case .haltState(let state): haltState = state
        case .cancel(let cancel):
            if !isRecorded || queued.contains(cancel.orderId) {
                withdrawn.insert(cancel.orderId)
            }
        }
    }

    /// The record of a cancel that left early is durable, and so is its order's, if there was one.
    mutating func recordedLate(_ effect: StopEffect) {
        guard case .cancel(let cancel) = effect, !queued.contains(cancel.orderId) else { return }
        withdrawn.remove(cancel.orderId)
    }

    /// The other services are told that the desk is open: an older halt is not told again.
    mutating func opened(_ state: HaltStateEffect) { haltState = state }

    mutating func reopen(_ state: HaltStateEffect, at time: Int64) { reopening = (state, time) }

    mutating func retry(_ effect: StopEffect, at time: Int64) {
        if retries.count == Limits.Dispatch.retriesMaximum {
            retries.removeFirst()
            dropped += 1
        }
        retries.append((effect, time))
    }

    /// Whether a stop that failed is still to be said.
    private func isCurrent(_ effect: StopEffect) -> Bool {
        guard case .haltState(let state) = effect, let haltState else { return true }
        return state == haltState
    }
}

/// A first-in, first-out line that costs the same however long it is.
struct Line<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }
    var count: Int { elements.count - head }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer {
            elements[head] = nil
            head += 1
            if head == elements.count {
                elements.removeAll(keepingCapacity: true)
                head = 0
            } else if head > 1024, head > elements.count / 2 {
                elements.removeFirst(head)
                head = 0
            }
        }
        return elements[head]
    }
}
