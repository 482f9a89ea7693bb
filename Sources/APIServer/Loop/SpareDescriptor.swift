import CLinux
import Glibc
import Platform

/// One descriptor kept in reserve: when no other is left it makes room for a connection to be
/// taken in and closed at once, so that the client learns of it instead of waiting.
public final class SpareDescriptor {
    private var reserve: CInt?

    public init() { refill() }

    deinit { if let reserve { _ = close(reserve) } }

    /// Takes one waiting connection in and closes it. False when not even that could be done.
    public func turnAway(from listener: borrowing Listener) -> Bool {
        guard let number = reserve else {
            refill()
            return false
        }
        _ = close(number)
        reserve = nil
        var turnedAway = false
        if case .connection = listener.accept() { turnedAway = true }
        refill()
        return turnedAway
    }

    private func refill() {
        let number = unsafe CLinux_open("/dev/null", O_RDONLY | O_CLOEXEC, 0)
        if number >= 0 { reserve = number }
    }
}
