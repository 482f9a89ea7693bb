import Glibc
public import Platform
import Synchronization

/// Runs Swift jobs on one thread, in order of arrival, between two waits for I/O.
///
/// A shard's actor names this executor as its own. Code of that actor therefore never changes
/// thread, needs no lock, and may hold values that are not `Sendable`.
public final class LoopExecutor: SerialExecutor, TaskExecutor {
    private let jobs = Guarded<[UnownedJob]>([])
    /// How many jobs wait, to be asked without the lock.
    private let pending = Atomic(0)
    private let bell: Bell
    /// The thread inside `claim`, or 0.
    private let thread = Atomic<UInt>(0)
    /// Something is to be looked at before the next sleep.
    private let rung = Atomic(false)
    /// The thread waits, or is about to: only then does a ring cost a system call.
    private let sleeping = Atomic(false)

    public init() throws(SystemError) { bell = try Bell() }

    /// For the loop's poller.
    public var bellNumber: CInt { bell.number }

    /// Whether a job waits. Exact for jobs that the loop's own thread has enqueued.
    public var hasPending: Bool { pending.load(ordering: .relaxed) > 0 }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { jobs in jobs.append(job) }
        pending.wrappingAdd(1, ordering: .relaxed)
        ring()
    }

    /// Makes the loop look around before it sleeps again; any thread.
    public func ring() {
        rung.store(true, ordering: .sequentiallyConsistent)
        if sleeping.exchange(false, ordering: .sequentiallyConsistent) { bell.ring() }
    }

    /// Runs `body`, which waits for the bell among others, unless somebody has rung already.
    ///
    /// - Parameter body: Gets whether it may wait; if not it must only look.
    public func sleep<Value, Failure: Error>(
        _ body: (_ mayWait: Bool) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        sleeping.store(true, ordering: .sequentiallyConsistent)
        let news = rung.exchange(false, ordering: .sequentiallyConsistent)
        defer { sleeping.store(false, ordering: .sequentiallyConsistent) }
        return try body(!news)
    }

    /// Forgets the rings that woke the thread.
    public func clearBell() { bell.clear() }

    public func isIsolatingCurrentContext() -> Bool? {
        thread.load(ordering: .relaxed) == UInt(pthread_self())
    }

    public func checkIsolated() {
        precondition(
            isIsolatingCurrentContext() == true, "Invariant: a loop's values stay on its thread")
    }

    /// Makes the calling thread the loop's own while `body` runs.
    ///
    /// The server's thread does this for good. A test does it step by step and so decides, with
    /// one thread and without sleeping, what happens when.
    public func claim<Value>(_ body: () -> Value) -> Value {
        let caller = UInt(pthread_self())
        let owner = thread.exchange(caller, ordering: .relaxed)
        precondition(owner == 0 || owner == caller, "Invariant: one thread runs a loop")
        defer { thread.store(owner, ordering: .relaxed) }
        return body()
    }

    /// Runs what has been enqueued, and nothing that it enqueues in turn. Returns how many ran.
    @discardableResult
    public func runPending() -> Int {
        let batch = jobs.withLock { jobs in
            let batch = jobs
            jobs.removeAll()
            return batch
        }
        guard !batch.isEmpty else { return 0 }
        pending.wrappingSubtract(batch.count, ordering: .relaxed)
        claim {
            for job in batch {
                unsafe job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
        }
        return batch.count
    }
}
