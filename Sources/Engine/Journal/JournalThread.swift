public import Platform

/// What the journal's thread says of one block.
public enum JournalOutcome: Sendable {
    case durable(lastSequence: UInt64)
    /// Final: nothing is written or synced after it. Why.
    case failed(String)
}

/// Writes blocks on a thread of its own: whatever waits when a sync ends goes into the next block.
///
/// After the first failure everything fails, without another write or sync: a sync that failed once
/// may have dropped the pages, and a second one would lie.
public final class JournalThread: Sendable {
    private struct Waiting {
        let records: [[UInt8]]
        let outcome: @Sendable (JournalOutcome) -> Void
    }

    private struct Queue {
        var waiting: [Waiting] = []
        var isClosed = false
        var failure: String?
    }

    private let queue = Guarded(Queue())
    private let bell: Bell
    private let thread = Guarded<Thread?>(nil)

    /// Takes the file over; only the thread touches it from now on.
    public init(_ file: sending JournalFile) throws(SystemError) {
        bell = try Bell()
        let box = Guarded(file)
        let started = try Thread(name: "journal") { [queue, bell] in Self.run(box, queue, bell) }
        thread.withLock { $0 = started }
    }

    /// Queues records that belong together. `outcome` is called on the journal's thread once they
    /// are durable or never will be.
    public func submit(
        _ records: [[UInt8]], outcome: @escaping @Sendable (JournalOutcome) -> Void
    ) {
        let refused: String? = queue.withLock { queue in
            if let failure = queue.failure { return failure }
            if queue.isClosed { return "the journal is closed" }
            queue.waiting.append(Waiting(records: records, outcome: outcome))
            return nil
        }
        if let refused { outcome(.failed(refused)) } else { bell.ring() }
    }

    /// Writes what waits, then ends the thread and closes the file.
    public func close() {
        queue.withLock { $0.isClosed = true }
        bell.ring()
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        running?.join()
    }

    private static func run(
        _ file: Guarded<JournalFile>, _ queue: Guarded<Queue>, _ bell: Bell
    ) {
        while true {
            let (batch, isClosed) = queue.withLock { queue in
                defer { queue.waiting = [] }
                return (queue.waiting, queue.isClosed)
            }
            if batch.isEmpty {
                if isClosed { return }
                bell.wait(milliseconds: -1)
                continue
            }
            let records = batch.flatMap(\.records)
            let outcome = file.withLock { write(records, to: $0) }
            if case .failed(let why) = outcome {
                let late = queue.withLock { queue in
                    queue.failure = why
                    defer { queue.waiting = [] }
                    return queue.waiting
                }
                for waiting in batch + late { waiting.outcome(outcome) }
                return
            }
            for waiting in batch { waiting.outcome(outcome) }
        }
    }

    private static func write(_ records: [[UInt8]], to file: JournalFile) -> JournalOutcome {
        do { return .durable(lastSequence: try file.append(records)) } catch {
            return .failed("\(error)")
        }
    }
}
