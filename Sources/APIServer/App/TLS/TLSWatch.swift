import Platform

/// Has an identity look after its files and keys now and then.
final class TLSWatch: Sendable {
    private let bell: Bell
    private let isClosed: Guarded<Bool>
    private let thread = Guarded<Thread?>(nil)

    init(_ identity: TLSIdentity) throws(SystemError) {
        let (bell, isClosed) = (try Bell(), Guarded(false))
        (self.bell, self.isClosed) = (bell, isClosed)
        let started = try Thread(name: "tls") {
            while !isClosed.withLock({ $0 }) {
                identity.look(at: Machine.bootMicroseconds)
                bell.wait(milliseconds: Limits.TLS.lookMilliseconds)
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
