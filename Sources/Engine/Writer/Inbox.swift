import Domain
import Platform

/// What waits for the writer: an input, and whom to tell once its records are durable.
struct Item: Sendable {
    let input: Input
    /// The bus message it came in.
    var token: AckToken?
    var answer: (@Sendable (Result<Receipt, EngineError>) -> Void)?
}

/// The bounded queue in front of the writer.
final class Inbox: Sendable {
    private struct Queue {
        var items: [Item] = []
        var isClosed = false
    }

    private let queue = Guarded(Queue())
    let bell: Bell

    init() throws(SystemError) { bell = try Bell() }

    /// `false` when it is full; what must not be lost (stops, fills) goes in all the same.
    func put(_ item: Item, evenIfFull: Bool = false) -> Bool {
        let result: (taken: Bool, wasEmpty: Bool) = queue.withLock { queue in
            let fits = evenIfFull || queue.items.count < Limits.Engine.inboxMaximum
            guard fits, !queue.isClosed else { return (false, false) }
            queue.items.append(item)
            return (true, queue.items.count == 1)
        }
        if result.wasEmpty { bell.ring() }
        return result.taken
    }

    /// The next items, at most a batch.
    func take() -> [Item] {
        queue.withLock { queue in
            let batch = Array(queue.items.prefix(Limits.Engine.batchMaximum))
            queue.items.removeFirst(batch.count)
            return batch
        }
    }

    var count: Int { queue.withLock { $0.items.count } }

    func close() { queue.withLock { $0.isClosed = true } }
}
