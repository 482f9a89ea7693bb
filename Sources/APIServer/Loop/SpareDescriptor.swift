import CLinux
import Glibc
import Platform

/// One descriptor kept in reserve: when no other is left it makes room for a connection to be
/// taken in and closed at once, so that the client learns of it instead of waiting.
public final class SpareDescriptor {
    private var reserve: CInt?

    public init() { refill() }

    deinit { if let reserve { _ = close(reserve) } }

    public enum Outcome: Hashable, Sendable {
        case turnedAway
        /// Without a descriptor the kernel does not look whether somebody waits; nobody does.
        case nobodyWaits
        /// Others have taken the descriptor meanwhile.
        case impossible
    }

    /// Takes one waiting connection in and closes it.
    public func turnAway(from listener: borrowing Listener) -> Outcome {
        guard let number = reserve else {
            refill()
            return .impossible
        }
        _ = close(number)
        reserve = nil
        let outcome: Outcome =
            switch listener.accept() {
            case .connection: .turnedAway
            case .none: .nobodyWaits
            case .exhausted: .impossible
            }
        refill()
        return outcome
    }

    private func refill() {
        let number = unsafe CLinux_open("/dev/null", O_RDONLY | O_CLOEXEC, 0)
        if number >= 0 { reserve = number }
    }
}
