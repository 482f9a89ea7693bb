import Platform

/// Does something now and then, on a thread of its own, until it is closed.
final class Pulse: Sendable {
    private let bell: Bell
    private let isClosed: Guarded<Bool>
    private let thread = Guarded<Thread?>(nil)

    /// - Parameters:
    ///   - name: Of the thread, at most 15 bytes.
    ///   - milliseconds: Between two beats; the first comes at once.
    init(
        _ name: String, every milliseconds: CInt, _ beat: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        let (bell, isClosed) = (try Bell(), Guarded(false))
        (self.bell, self.isClosed) = (bell, isClosed)
        let started = try Thread(name: name) {
            while !isClosed.withLock({ $0 }) {
                beat()
                bell.wait(milliseconds: milliseconds)
            }
        }
        thread.withLock { $0 = started }
    }

    /// Waits for a beat that is under way.
    func close() {
        isClosed.withLock { $0 = true }
        bell.ring()
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        running?.join()
    }
}
