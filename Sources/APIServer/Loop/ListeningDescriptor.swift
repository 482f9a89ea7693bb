import CLinux
import Glibc
import Platform

/// A socket that listens already: systemd or an earlier process has opened it.
///
/// It stays open as long as somebody holds it, and with it the connections that wait in it.
public final class ListeningDescriptor: Sendable {
    let descriptor: Descriptor

    init(adopting number: CInt) { descriptor = Descriptor(adopting: number) }

    /// What systemd has opened for this process; empty without it. Source: sd_listen_fds(3).
    public static func fromSystemd(_ environment: [String: String]) -> [ListeningDescriptor] {
        guard environment["LISTEN_PID"].flatMap({ Int32($0) }) == getpid(),
            let count = environment["LISTEN_FDS"].flatMap({ CInt($0) }), (1...64).contains(count)
        else { return [] }
        return (3..<3 + count).map { number in
            _ = CLinux_set_nonblocking(number)
            return ListeningDescriptor(adopting: number)
        }
    }

    /// Another descriptor of the same socket.
    func duplicate() throws(SystemError) -> Descriptor {
        let number = descriptor.number
        let copy = try system("dup") { dup(number) }
        return Descriptor(adopting: copy)
    }
}
