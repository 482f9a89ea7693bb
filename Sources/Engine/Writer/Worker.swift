import Platform
import Synchronization

/// A thread that can be waited for, but not for ever: one that is stuck in a system call is left
/// behind when the program ends.
final class Worker: Sendable {
    private final class End: Sendable {
        let bell: Bell
        let isReached = Atomic<Bool>(false)

        init() throws(SystemError) { bell = try Bell() }
    }

    private let thread: Thread
    private let end: End

    init(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let end = try End()
        self.end = end
        thread = try Thread(name: name) {
            body()
            end.isReached.store(true, ordering: .releasing)
            end.bell.ring()
        }
    }

    /// Waits for the end of the thread. Called once at most. Returns whether it came.
    func finish(milliseconds: Int32) -> Bool {
        let limit = Machine.bootMicroseconds + Int64(milliseconds) * 1000
        while !end.isReached.load(ordering: .acquiring) {
            let left = limit - Machine.bootMicroseconds
            if left <= 0 { return false }
            end.bell.wait(milliseconds: CInt(clamping: left / 1000 + 1))
        }
        thread.join()
        return true
    }
}
