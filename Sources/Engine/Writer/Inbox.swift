import Domain
import Platform

/// What waits for the writer: an input, and whom to tell once its records are durable.
struct Item: Sendable {
    let input: Input
    /// The bus message it came in.
    var token: AckToken?
    /// Whether the bus delivered that message before.
    var isRedelivery = false
    var answer: (@Sendable (Result<Receipt, EngineError>) -> Void)?
}

/// The bounded queue in front of the writer. Stops go before everything else.
final class Inbox: Sendable {
    enum Outcome { case taken, full, closed }

    /// How an input may fill the queue.
    private enum Rank {
        /// Replaced by the next one: least room.
        case quote
        case ordinary
        /// What the venue says: it must not wait for signals.
        case venue
        /// A command that makes the desk safer.
        case stop
        /// The engine's own, no more than it has sent: always taken, also at the end.
        case own
    }

    private struct Queue {
        var stops: [Item] = []
        var items: [Item] = []
        /// How many of `items` have been taken.
        var head = 0
        var isClosed = false

        var count: Int { stops.count + items.count - head }

        func fits(_ rank: Rank) -> Bool {
            let waiting = items.count - head
            return switch rank {
            case .quote: waiting < Limits.Writer.quotesMaximum
            case .ordinary: waiting < Limits.Engine.inboxMaximum
            case .venue: waiting < Limits.Engine.inboxMaximum + Limits.Writer.venueReserve
            case .stop: stops.count < Limits.Writer.stopsMaximum
            case .own: true
            }
        }

        mutating func take(_ maximum: Int) -> [Item] {
            let batch = Array(items[head..<min(items.count, head + maximum)])
            head += batch.count
            if head == items.count {
                items.removeAll(keepingCapacity: true)
                head = 0
            } else if head > items.count / 2 {
                // Seldom, so that taking costs the same however much waits.
                items.removeFirst(head)
                head = 0
            }
            return batch
        }
    }

    private let queue = Guarded(Queue())
    let bell: Bell

    init() throws(SystemError) { bell = try Bell() }

    @discardableResult
    func put(_ item: Item) -> Outcome {
        let rank = Self.rank(item.input)
        let (outcome, wasEmpty): (Outcome, Bool) = queue.withLock { queue in
            if queue.isClosed, rank != .own { return (.closed, false) }
            guard queue.fits(rank) else { return (.full, false) }
            let wasEmpty = queue.count == 0
            if rank == .stop { queue.stops.append(item) } else { queue.items.append(item) }
            return (.taken, wasEmpty || rank == .stop)
        }
        if wasEmpty { bell.ring() }
        return outcome
    }

    /// The next items, stops first, at most a batch.
    func take() -> [Item] {
        queue.withLock { queue in
            let stops = queue.stops
            queue.stops = []
            return stops + queue.take(max(1, Limits.Engine.batchMaximum - stops.count))
        }
    }

    /// Only the stops.
    func takeStops() -> [Item] {
        queue.withLock { queue in
            defer { queue.stops = [] }
            return queue.stops
        }
    }

    var count: Int { queue.withLock { $0.count } }

    /// Takes nothing any more but what the engine itself has to report.
    func close() { queue.withLock { $0.isClosed = true } }

    private static func rank(_ input: Input) -> Rank {
        switch input {
        case .quote: .quote
        case .signal: .ordinary
        case .command(let command): command.action == .resume ? .ordinary : .stop
        case .fill, .report, .snapshot: .venue
        case .started, .tick, .dispatched, .clockAnomaly, .stoppedBeforeDurable, .checkpoint: .own
        }
    }
}
