import Glibc

/// A file descriptor with exactly one owner, closed when that owner lets go of it.
public struct Descriptor: ~Copyable, Sendable {
    public let number: CInt

    public init(adopting number: CInt) {
        precondition(number >= 0, "Invariant: a descriptor is open when it is adopted")
        self.number = number
    }

    deinit {
        // Never retried: on Linux the descriptor is gone even when `close` says EINTR.
        _ = Glibc.close(number)
    }

    /// Hands the descriptor to code that will close it.
    public consuming func release() -> CInt {
        let number = number
        discard self
        return number
    }
}
