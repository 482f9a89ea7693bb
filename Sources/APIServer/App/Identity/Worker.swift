public import Platform

/// One thread for what is too slow for a loop: key derivation, hashing the state, reading the vault.
///
/// Its queue is bounded: what does not fit is refused at once, and the client is told when to return.
public final class Worker: Sendable {
    private struct Queue {
        var jobs: [@Sendable () -> Void] = []
        var isClosed = false
    }

    private let queue = Guarded(Queue())
    private let bell: Bell
    private let thread = Guarded<Thread?>(nil)

    public init() throws(SystemError) {
        bell = try Bell()
        let started = try Thread(name: "worker") { [self] in run() }
        thread.withLock { $0 = started }
    }

    /// Whether the job is taken. It runs later, on the worker's thread, after those before it.
    func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        let taken = queue.withLock { queue in
            guard !queue.isClosed, queue.jobs.count < Limits.App.workerQueueMaximum else {
                return false
            }
            queue.jobs.append(job)
            return true
        }
        if taken { bell.ring() }
        return taken
    }

    /// What the job gives, or 503 when too much waits already.
    func run<Value: Sendable>(
        _ job: @escaping @Sendable () -> Value
    ) async throws(APIError) -> Value {
        let value: Value? = await withCheckedContinuation { continuation in
            if !submit({ continuation.resume(returning: job()) }) {
                continuation.resume(returning: nil)
            }
        }
        guard let value else { throw .unavailable(code: "worker_busy", "Too many people sign in") }
        return value
    }

    /// Finishes what it has taken and ends.
    public func close() {
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
            let (job, isClosed) = queue.withLock { queue in
                (queue.jobs.isEmpty ? nil : queue.jobs.removeFirst(), queue.isClosed)
            }
            if let job {
                job()
            } else if isClosed {
                return
            } else {
                bell.wait(milliseconds: -1)
            }
        }
    }
}
