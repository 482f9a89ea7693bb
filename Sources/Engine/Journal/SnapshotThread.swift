import Domain
import Platform

/// Writes snapshots beside the writer, one at a time. While one is written, others are left out: a
/// snapshot is only a short cut.
final class SnapshotThread: Sendable {
    private struct Pending {
        var state: State?
        var isBusy = false
        var isClosed = false
    }

    private let pending = Guarded(Pending())
    private let bell: Bell
    private let worker = Guarded<Worker?>(nil)
    private let store: SnapshotStore
    /// Takes the digest of the state at its sequence back to the writer.
    private let report: @Sendable (Checkpoint) -> Void
    private let log: @Sendable (String) -> Void

    init(
        directory: String, log: @escaping @Sendable (String) -> Void,
        report: @escaping @Sendable (Checkpoint) -> Void
    ) throws(SystemError) {
        store = SnapshotStore(directory: directory)
        (self.log, self.report) = (log, report)
        bell = try Bell()
        let started = try Worker("snapshot") { [self] in run() }
        worker.withLock { $0 = started }
    }

    /// Has a state written whose records are durable, unless another is just being written.
    func submit(_ state: State) {
        pending.withLock { pending in
            if pending.isBusy || pending.isClosed { return }
            (pending.state, pending.isBusy) = (state, true)
        }
        bell.ring()
    }

    /// Finishes what it was given and ends. Returns whether it did in time.
    @discardableResult
    func close() -> Bool {
        pending.withLock { $0.isClosed = true }
        bell.ring()
        let running = worker.withLock { worker in
            defer { worker = nil }
            return worker
        }
        return running?.finish(milliseconds: Limits.Journal.closeMilliseconds) ?? true
    }

    private func run() {
        while true {
            let (state, isClosed) = pending.withLock { pending in
                defer { pending.state = nil }
                return (pending.state, pending.isClosed)
            }
            guard let state else {
                if isClosed { return }
                bell.wait(milliseconds: -1)
                continue
            }
            do {
                let digest = try store.write(state)
                report(Checkpoint(sequence: state.sequence, digest: digest))
            } catch { log("the snapshot was not written: \(error)") }
            pending.withLock { $0.isBusy = false }
        }
    }
}
