import Glibc

/// A value that several threads may use, one at a time.
///
/// `Synchronization.Mutex` would do, but on Linux ThreadSanitizer cannot see into it and reports a
/// race at every contended use. It does understand a POSIX mutex, and both cost the same.
///
/// The one `@unchecked Sendable` of the program: `value` is touched only between lock and unlock.
@safe public final class Guarded<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    public init(_ value: sending Value) {
        self.value = value
        unsafe mutex = .allocate(capacity: 1)
        let code = unsafe pthread_mutex_init(mutex, nil)
        precondition(code == 0, "Invariant: a mutex can always be made")
    }

    deinit {
        _ = unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    public func withLock<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
