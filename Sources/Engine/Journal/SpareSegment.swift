import Platform

/// The segment after the current one, made ahead of need: a disk that fills up is noticed while
/// there is still a segment's room for the records of every stop.
///
/// Thread: any; the file is made on a thread of its own.
final class SpareSegment: Sendable {
    private enum Stage {
        case none
        case making(Thread)
        case ready
        case failed(String, at: Int64)
    }

    private let path: String
    private let bytesCount: Int
    private let stage: Guarded<Stage>

    init(directory: String, bytesCount: Int) {
        path = directory + "/spare"
        self.bytesCount = bytesCount
        // Under this name it is whole: it got it by a rename.
        stage = Guarded(Files.exists(path) ? .ready : .none)
    }

    /// Why there is no spare segment, if it could not be made.
    var problem: String? {
        stage.withLock { stage in
            if case .failed(let why, _) = stage { why } else { nil }
        }
    }

    /// Has the spare made unless it is there, is being made, or has just failed to be.
    func prepare() {
        stage.withLock { stage in
            switch stage {
            case .making, .ready: return
            case .failed(_, let time):
                let waited = Machine.bootMicroseconds - time
                if waited < Limits.Journal.spareRetryMicroseconds { return }
            case .none: break
            }
            do { stage = .making(try Thread(name: "spare") { [self] in make() }) } catch {
                stage = .failed("\(error)", at: Machine.bootMicroseconds)
            }
        }
    }

    /// Gives the spare its place as a segment. `false` when there is none.
    func take(as segment: String) throws(JournalError) -> Bool {
        finish()
        let isReady = stage.withLock { stage in
            guard case .ready = stage else { return false }
            stage = .none
            return true
        }
        guard isReady else { return false }
        let path = path
        try JournalSegment.attempt("begin a segment") { () throws(SystemError) in
            try JournalSegment.rename(path, to: segment)
        }
        return true
    }

    /// Waits for the thread, if there is one.
    func finish() {
        let thread: Thread? = stage.withLock { stage in
            if case .making(let thread) = stage { thread } else { nil }
        }
        thread?.join()
    }

    private func make() {
        let failure: String?
        do {
            try JournalSegment.reserve(path, bytesCount: bytesCount)
            failure = nil
        } catch { failure = "\(error)" }
        stage.withLock { stage in
            stage = failure.map { .failed($0, at: Machine.bootMicroseconds) } ?? .ready
        }
    }
}
