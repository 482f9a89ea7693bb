import CLinux
import Glibc
public import Platform

/// Why nobody can be listened to.
public enum ListenError: Error, Hashable, Sendable, CustomStringConvertible {
    case portInUse(SocketAddress)
    case notAllowed(SocketAddress)
    case noSuchAddress(SocketAddress)
    case failed(SocketAddress, SystemError)

    public var description: String {
        switch self {
        case .portInUse(let address): "\(address) is in use by another program"
        case .notAllowed(let address): "this user may not listen on \(address)"
        case .noSuchAddress(let address): "this machine has no address \(address.host)"
        case .failed(let address, let error): "cannot listen on \(address): \(error)"
        }
    }
}

/// One listening socket; several share a port, and the kernel deals the connections out.
///
/// Source: socket(7), SO_REUSEPORT; tcp(7); accept4(2).
public struct Listener: ~Copyable, Sendable {
    private let descriptor: Descriptor
    /// With the port that the kernel chose, where 0 was asked for.
    public let address: SocketAddress

    /// What came of trying to take a connection in.
    public enum Accepted: ~Copyable {
        case connection(Socket)
        case none
        /// No descriptor or memory is left: nothing was taken.
        case exhausted
    }

    /// - Parameters:
    ///   - first: Whether somebody else on the port is an error; the others of one server are not.
    ///   - backlog: Connections that the kernel keeps for us.
    public init(_ address: SocketAddress, first: Bool, backlog: CInt) throws(ListenError) {
        do {
            if first && address.port != 0 { try Self.probe(address) }
            let descriptor = try Self.bound(to: address, sharing: true)
            let number = descriptor.number
            try system("listen") { listen(number, backlog) }
            self.address = address.with(port: try Self.port(of: descriptor))
            self.descriptor = descriptor
        } catch {
            throw switch error.code {
            case EADDRINUSE: .portInUse(address)
            case EACCES, EPERM: .notAllowed(address)
            case EADDRNOTAVAIL: .noSuchAddress(address)
            default: .failed(address, error)
            }
        }
    }

    /// Goes on with a socket that listens already.
    public init(adopting inherited: ListeningDescriptor) throws(ListenError) {
        let unknown = SocketAddress(host: "0.0.0.0", port: 0)!
        do throws(SystemError) {
            let descriptor = try inherited.duplicate()
            address = try Self.address(of: descriptor)
            self.descriptor = descriptor
        } catch { throw .failed(unknown, error) }
    }

    public var number: CInt { descriptor.number }

    /// Takes one connection in, if there is one.
    public func accept() -> Accepted {
        let flags = CInt(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let listener = descriptor.number
        do {
            let number = try system("accept4") { CLinux_accept4(listener, nil, nil, flags) }
            Self.set(number, Int32(IPPROTO_TCP), TCP_NODELAY)
            return .connection(Socket(Descriptor(adopting: number)))
        } catch {
            // Anything else is over with the connection that failed; the next event brings others.
            return [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.code) ? .exhausted : .none
        }
    }

    /// Sharing a port hides a stranger on it; a socket that does not share finds them.
    private static func probe(_ address: SocketAddress) throws(SystemError) {
        let probe = try bound(to: address, sharing: false)
        let number = probe.number
        try system("listen") { listen(number, 1) }
    }

    private static func bound(
        to address: SocketAddress, sharing: Bool
    ) throws(SystemError) -> Descriptor {
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = try system("socket") { socket(address.family, kind, 0) }
        let descriptor = Descriptor(adopting: number)
        set(number, SOL_SOCKET, SO_REUSEADDR)
        if sharing { set(number, SOL_SOCKET, SO_REUSEPORT) }
        try system("bind") {
            unsafe address.withSocketAddress { unsafe bind(number, $0, $1) }
        }
        return descriptor
    }

    private static func address(
        of descriptor: borrowing Descriptor
    ) throws(SystemError) -> SocketAddress {
        let host = unsafe Socket.address(getsockname, descriptor.number)
        let port = try port(of: descriptor)
        return SocketAddress(host: host, port: port) ?? SocketAddress(host: "0.0.0.0", port: port)!
    }

    private static func port(of descriptor: borrowing Descriptor) throws(SystemError) -> UInt16 {
        let number = descriptor.number
        var storage = sockaddr_storage()
        try system("getsockname") {
            unsafe withUnsafeMutableBytes(of: &storage) { bytes in
                var length = socklen_t(bytes.count)
                return unsafe getsockname(
                    number, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
            }
        }
        // Both families keep the port in the third and fourth byte.
        return unsafe withUnsafeBytes(of: &storage) {
            UInt16(unsafe $0[2]) << 8 | UInt16(unsafe $0[3])
        }
    }

    private static func set(_ number: CInt, _ level: CInt, _ option: CInt) {
        var on: CInt = 1
        _ = unsafe setsockopt(number, level, option, &on, socklen_t(MemoryLayout<CInt>.size))
    }
}
