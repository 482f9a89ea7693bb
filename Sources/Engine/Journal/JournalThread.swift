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
        /// When it came in, in microseconds since boot.
        let since: Int64
        let outcome: @Sendable (JournalOutcome) -> Void
    }

    private struct Queue {
        var waiting: [Waiting] = []
        /// When the oldest block of the group being written came in; `nil` while none is.
        var writingSince: Int64?
        var isClosed = false
        var failure: String?

        /// What goes into the next block: all that waits, up to the bytes of a group.
        mutating func takeGroup() -> [Waiting] {
            var (count, bytes) = (0, 0)
            while count < waiting.count, count == 0 || bytes < Limits.Journal.groupBytes {
                bytes += waiting[count].records.reduce(0) { $0 + $1.count }
                count += 1
            }
            let group = Array(waiting[..<count])
            waiting.removeFirst(count)
            writingSince = group.first?.since
            return group
        }
    }

    private let queue = Guarded(Queue())
    private let bell: Bell
    private let spare: SpareSegment
    private let worker = Guarded<Worker?>(nil)

    /// Takes the file over; only the thread touches it from now on.
    public init(_ file: sending JournalFile) throws(SystemError) {
        bell = try Bell()
        spare = file.spare
        let box = Guarded(file)
        let started = try Worker("journal") { [queue, bell] in Self.run(box, queue, bell) }
        worker.withLock { $0 = started }
    }

    /// Queues records that belong together. `outcome` is called on the journal's thread once they
    /// are durable or never will be; at once when the journal has failed or is closed.
    public func submit(
        _ records: [[UInt8]], outcome: @escaping @Sendable (JournalOutcome) -> Void
    ) {
        let since = Machine.bootMicroseconds
        let refused: String? = queue.withLock { queue in
            if let failure = queue.failure { return failure }
            if queue.isClosed { return "the journal is closed" }
            queue.waiting.append(Waiting(records: records, since: since, outcome: outcome))
            return nil
        }
        if let refused { outcome(.failed(refused)) } else { bell.ring() }
    }

    /// How long the oldest block that is not durable has waited, in microseconds.
    public var waitedMicroseconds: Int64 {
        let oldest = queue.withLock { $0.writingSince ?? $0.waiting.first?.since }
        return oldest.map { Machine.bootMicroseconds - $0 } ?? 0
    }

    /// Why the next segment could not be reserved: what is left in this one is for stops.
    public var shortOfSpace: String? { spare.problem }

    /// Writes what waits, then ends the thread and closes the file. A sync that does not return is
    /// left alone after a while. Returns whether the thread has ended.
    @discardableResult
    public func close() -> Bool {
        queue.withLock { $0.isClosed = true }
        bell.ring()
        let running = worker.withLock { worker in
            defer { worker = nil }
            return worker
        }
        return running?.finish(milliseconds: Limits.Journal.closeMilliseconds) ?? true
    }

    private static func run(
        _ file: Guarded<JournalFile>, _ queue: Guarded<Queue>, _ bell: Bell
    ) {
        while true {
            let (group, isClosed) = queue.withLock { ($0.takeGroup(), $0.isClosed) }
            if group.isEmpty {
                if isClosed { return }
                bell.wait(milliseconds: -1)
                continue
            }
            let outcome = file.withLock { write(group.flatMap(\.records), to: $0) }
            let late = queue.withLock { queue -> [Waiting] in
                queue.writingSince = nil
                guard case .failed(let why) = outcome else { return [] }
                queue.failure = why
                defer { queue.waiting = [] }
                return queue.waiting
            }
            for waiting in group + late { waiting.outcome(outcome) }
            if case .failed = outcome { return }
        }
    }

    /// A group without records has nothing to make durable: what came before it is.
    private static func write(_ records: [[UInt8]], to file: JournalFile) -> JournalOutcome {
        if records.isEmpty { return .durable(lastSequence: file.lastSequence) }
        do { return .durable(lastSequence: try file.append(records)) } catch {
            return .failed("\(error)")
        }
    }
}
