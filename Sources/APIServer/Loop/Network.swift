import CLinux
import Glibc

/// A block of addresses, such as `10.0.0.0/8`, `fd00::/8` or one address. Source: RFC 4632; RFC 4291.
public struct Network: Hashable, Sendable, CustomStringConvertible {
    public let description: String
    private let bytes: [UInt8]
    private let bits: Int

    /// `nil` when the text is no block.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let bytes = Self.bytes(String(parts[0])) else { return nil }
        var bits = bytes.count * 8
        if parts.count == 2 {
            guard let given = Int(parts[1]), (0...bits).contains(given) else { return nil }
            bits = given
        }
        (description, self.bytes, self.bits) = (text, bytes, bits)
    }

    /// Whether a numeric address lies in the block. IPv4 in IPv6 counts as IPv4.
    public func contains(_ address: String) -> Bool {
        guard let other = Self.bytes(address), other.count == bytes.count else { return false }
        for place in 0..<bits / 8 where other[place] != bytes[place] { return false }
        let rest = bits % 8
        return rest == 0 || (other[bits / 8] ^ bytes[bits / 8]) >> UInt8(8 - rest) == 0
    }

    private static func bytes(_ address: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, address, &bytes) == 1 { return Array(bytes.prefix(4)) }
        guard unsafe inet_pton(AF_INET6, address, &bytes) == 1 else { return nil }
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        return bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes
    }
}
