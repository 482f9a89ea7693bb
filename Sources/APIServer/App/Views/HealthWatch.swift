import Platform

/// Has the feed look at the desk's health now and then, for what changes without a view.
final class HealthWatch: Sendable {
    private let bell: Bell
    private let isClosed: Guarded<Bool>
    private let thread = Guarded<Thread?>(nil)

    init(_ feed: Feed) throws(SystemError) {
        let (bell, isClosed) = (try Bell(), Guarded(false))
        (self.bell, self.isClosed) = (bell, isClosed)
        let started = try Thread(name: "health") {
            while !isClosed.withLock({ $0 }) {
                feed.look()
                bell.wait(milliseconds: Limits.App.healthMilliseconds)
            }
        }
        thread.withLock { $0 = started }
    }

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
