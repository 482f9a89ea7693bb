import Domain
import Platform

/// Writes halts to the halt file, on a thread that does nothing else, so that neither a slow
/// journal nor a busy desk holds them up.
final class HaltThread: Sendable {
    private struct Pending {
        /// The newest halt that is not in the file yet.
        var content: HaltFile.Content?
        var isClosed = false
        var problem: String?
    }

    private let pending = Guarded(Pending())
    private let bell: Bell
    private let worker: Guarded<Worker?>

    init(_ file: consuming HaltFile) throws(SystemError) {
        let bell = try Bell()
        self.bell = bell
        let owner = Owner(file)
        worker = Guarded(try Worker("halt") { [pending] in Self.run(owner, pending, bell) })
    }

    /// Has a halt written. A newer one takes the place of one that waits.
    func note(_ content: HaltFile.Content) {
        pending.withLock { pending in
            if let waiting = pending.content, waiting.epoch >= content.epoch { return }
            pending.content = content
        }
        bell.ring()
    }

    /// Why the latest halt is not in the file, if it is not.
    var problem: String? { pending.withLock { $0.problem } }

    /// Writes what waits and ends. Returns whether it did in time.
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

    private static func run(_ owner: Owner, _ pending: Guarded<Pending>, _ bell: Bell) {
        while true {
            let (content, isClosed) = pending.withLock { pending in
                defer { pending.content = nil }
                return (pending.content, pending.isClosed)
            }
            guard let content else {
                if isClosed { return }
                bell.wait(milliseconds: -1)
                continue
            }
            var problem: String?
            do { try owner.file.write(content) } catch { problem = "\(error)" }
            let outcome = problem
            pending.withLock { $0.problem = outcome }
        }
    }

    /// Keeps the file for the thread's closure.
    private final class Owner: Sendable {
        let file: HaltFile
        init(_ file: consuming HaltFile) { self.file = file }
    }
}
