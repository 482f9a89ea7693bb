/// What a proxy says of its client before the client's first byte: PROXY protocol, version 2.
///
/// Source: the PROXY protocol, versions 1 and 2, section 2.2 (HAProxy).
public enum ProxyHeader: Hashable, Sendable {
    /// Not enough bytes yet to tell.
    case undecided
    /// The bytes are the client's own.
    case absent
    /// So many bytes are the header; the client's numeric address, `nil` when the proxy speaks for
    /// itself or does not say.
    case client(String?, bytes: Int)
    /// It begins as a header and is none.
    case malformed

    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    /// Addresses and what proxies add to them; more is no header.
    private static let bytesMaximum = 4_096

    /// Looks at the first bytes of a connection.
    public static func read(_ bytes: [UInt8]) -> ProxyHeader {
        let compared = min(bytes.count, signature.count)
        guard bytes.prefix(compared).elementsEqual(signature.prefix(compared)) else {
            return .absent
        }
        guard bytes.count >= 16 else { return .undecided }
        let length = Int(bytes[14]) << 8 | Int(bytes[15])
        guard bytes[12] >> 4 == 2, bytes[12] & 15 <= 1, length <= bytesMaximum else {
            return .malformed
        }
        guard bytes.count >= 16 + length else { return .undecided }
        // LOCAL: the proxy asks whether we live. Its addresses mean nothing.
        if bytes[12] & 15 == 0 { return .client(nil, bytes: 16 + length) }
        switch bytes[13] {
        case 0x11:
            guard length >= 12 else { return .malformed }
            let text = bytes[16..<20].map(String.init).joined(separator: ".")
            return .client(text, bytes: 16 + length)
        case 0x21:
            guard length >= 36 else { return .malformed }
            return .client(IPv6Text.of(Array(bytes[16..<32])), bytes: 16 + length)
        default: return .client(nil, bytes: 16 + length)
        }
    }
}

/// The text of an IPv6 address. Source: RFC 5952, section 4.
enum IPv6Text {
    static func of(_ bytes: [UInt8]) -> String {
        let groups = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        let zeros = longestZeros(groups)
        var text = ""
        var index = 0
        while index < 8 {
            if let zeros, index == zeros.lowerBound {
                text += "::"
                index = zeros.upperBound
                continue
            }
            if !text.isEmpty && !text.hasSuffix(":") { text += ":" }
            text += String(groups[index], radix: 16)
            index += 1
        }
        return text
    }

    /// The first of the longest runs of two zeros or more.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start >= 2, end - start > best?.count ?? 0 { best = start..<end }
            start = max(end, start + 1)
        }
        return best
    }
}
