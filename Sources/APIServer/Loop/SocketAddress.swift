import CLinux
import Glibc

/// Where a listener listens: a numeric IPv4 or IPv6 address and a port.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    public let host: String
    public let port: UInt16
    private let bytes: [UInt8]
    private var isIPv6: Bool { bytes.count == 16 }

    /// `nil` when `host` is no numeric address.
    public init?(host: String, port: UInt16) {
        var bytes = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, host, &bytes) == 1 {
            bytes.removeLast(12)
        } else if unsafe inet_pton(AF_INET6, host, &bytes) != 1 {
            return nil
        }
        (self.host, self.port, self.bytes) = (host, port, bytes)
    }

    public var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    public func with(port: UInt16) -> SocketAddress {
        SocketAddress(host: host, port: port, bytes: bytes)
    }

    private init(host: String, port: UInt16, bytes: [UInt8]) {
        (self.host, self.port, self.bytes) = (host, port, bytes)
    }

    var family: CInt { isIPv6 ? AF_INET6 : AF_INET }

    /// Calls `body` with the address as C has it.
    func withSocketAddress(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &address.sin6_addr) {
                unsafe $0.copyBytes(from: bytes)
            }
            return unsafe Self.erased(&address, body)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        unsafe withUnsafeMutableBytes(of: &address.sin_addr) { unsafe $0.copyBytes(from: bytes) }
        return unsafe Self.erased(&address, body)
    }

    private static func erased<Address>(
        _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe body(
                bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                socklen_t(bytes.count))
        }
    }
}
