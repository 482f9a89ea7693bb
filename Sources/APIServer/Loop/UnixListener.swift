import CLinux
import Glibc
public import Platform

/// A listening socket in the file system, for callers on this machine. Source: unix(7).
///
/// Only the owner and the group may connect. The name goes with the listener.
public final class UnixListener: Sendable {
    public let path: String
    private let descriptor: Descriptor
    /// Who has the name: a successor may have put its own there meanwhile.
    private let inode: UInt64

    public var number: CInt { descriptor.number }

    /// A name that nobody listens on any more is taken over; one in use is an error.
    ///
    /// - Parameter mode: Who may connect: whoever may write.
    public init(_ path: String, mode: UInt32 = 0o660, backlog: CInt) throws(SystemError) {
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = try system("socket") { socket(AF_UNIX, kind, 0) }
        let descriptor = Descriptor(adopting: number)
        if Self.isDead(path) { _ = unsafe unlink(path) }
        try system("bind \(path)") {
            unsafe Self.with(path) { unsafe bind(number, $0, $1) }
        }
        _ = unsafe chmod(path, mode)
        try system("listen") { listen(number, backlog) }
        self.path = path
        self.descriptor = descriptor
        inode = Self.inode(path)
    }

    deinit { if Self.inode(path) == inode { _ = unsafe unlink(path) } }

    /// Takes one connection in, if there is one.
    public func accept() -> Socket? {
        let number = CLinux_accept4(
            descriptor.number, nil, nil, CInt(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
        return number >= 0 ? Socket(Descriptor(adopting: number)) : nil
    }

    /// Connects to somebody's socket; waits for nothing but the kernel.
    static func connect(_ path: String) throws(SystemError) -> Descriptor {
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let number = try system("socket") { socket(AF_UNIX, kind, 0) }
        let descriptor = Descriptor(adopting: number)
        try system("connect \(path)") {
            unsafe with(path) { unsafe Glibc.connect(number, $0, $1) }
        }
        return descriptor
    }

    /// Whether a name is left over from a process that is gone.
    private static func isDead(_ path: String) -> Bool {
        do {
            _ = try connect(path)
            return false
        } catch { return error.code == ECONNREFUSED }
    }

    private static func inode(_ path: String) -> UInt64 {
        var facts = stat()
        return unsafe stat(path, &facts) == 0 ? UInt64(facts.st_ino) : 0
    }

    /// Calls `body` with the name as C has it; a name that is too long is one that C refuses.
    private static func with(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        return unsafe withUnsafeMutableBytes(of: &address) { bytes in
            // The family stands before the name, and a zero after it.
            let length = MemoryLayout<sa_family_t>.size + name.count + 1
            let room = min(name.count, bytes.count - MemoryLayout<sa_family_t>.size)
            for place in 0..<room {
                unsafe bytes[MemoryLayout<sa_family_t>.size + place] = name[place]
            }
            return unsafe body(
                bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(length))
        }
    }
}
