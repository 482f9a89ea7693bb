/// Who has passed a request on, as the fields of proxies tell: nearest to the client first.
///
/// Anybody can write these fields, so only what a trusted proxy has added counts: the owner walks
/// from the end and stops at the first address that it does not trust.
/// Source: RFC 7239; `X-Forwarded-For` and `X-Forwarded-Proto` as proxies before it agreed on them.
public struct ForwardedChain: Hashable, Sendable {
    /// Addresses without ports and brackets; what is no address (`unknown`, `_hidden`) as it stands.
    public private(set) var clients: [String] = []
    /// Whether the client came to the last proxy by TLS; `nil` when nobody says.
    public private(set) var isTLS: Bool?

    public init(_ fields: HeaderBlock) {
        for field in fields where field.nameText == "forwarded" {
            for element in Self.split(field.valueText, at: ",") { take(element) }
        }
        if !clients.isEmpty { return }
        for field in fields where field.nameText == "x-forwarded-for" {
            for part in Self.split(field.valueText, at: ",") {
                clients.append(Self.address(Self.trimmed(part)))
            }
        }
        if let scheme = fields["x-forwarded-proto"] { isTLS = Self.isTLS(scheme) }
    }

    /// `for=192.0.2.43;proto=https;by=203.0.113.60`. Source: RFC 7239, section 4.
    private mutating func take(_ element: String) {
        for pair in Self.split(element, at: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            var value = Self.trimmed(String(parts[1]))
            if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
                value = String(value.dropFirst().dropLast())
            }
            switch Self.trimmed(String(parts[0])).lowercased() {
            case "for": clients.append(Self.address(value))
            case "proto": isTLS = Self.isTLS(value)
            default: break
            }
        }
    }

    private static func isTLS(_ scheme: String) -> Bool {
        ["https", "wss"].contains(trimmed(scheme).lowercased())
    }

    /// Without a port and without the brackets of IPv6.
    private static func address(_ node: String) -> String {
        if node.hasPrefix("["), let end = node.firstIndex(of: "]") {
            return String(node[node.index(after: node.startIndex)..<end])
        }
        let colons = node.utf8.count { $0 == UInt8(ascii: ":") }
        return colons == 1 ? String(node.prefix { $0 != ":" }) : node
    }

    /// Parts between separators that stand outside of quotes.
    private static func split(_ text: String, at separator: Character) -> [String] {
        var (parts, isQuoted) = ([""], false)
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character == separator && !isQuoted {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts
    }

    private static func trimmed(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return Bytes.text(bytes[Bytes.trimmed(bytes.span, in: 0..<bytes.count)])
    }
}
