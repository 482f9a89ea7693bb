/// Tells from the first bytes of a connection which version of HTTP the client speaks.
///
/// Source: RFC 9113, section 3.4.
public struct ProtocolSniffer: Sendable {
    public enum Verdict: Hashable, Sendable {
        case undecided
        case http1
        case http2
    }

    /// What an HTTP/2 client sends first.
    public static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    private var matched = 0

    public init() {}

    /// What earlier calls took in, all of it a beginning of the preface. The chosen protocol is fed
    /// these bytes before those of the call that decided.
    public var earlier: ArraySlice<UInt8> { Self.preface[..<matched] }

    public mutating func receive(_ bytes: Span<UInt8>) -> Verdict {
        let compared = min(bytes.count, Self.preface.count - matched)
        for index in 0..<compared where bytes[index] != Self.preface[matched + index] {
            return .http1
        }
        if matched + compared == Self.preface.count { return .http2 }
        matched += compared
        return .undecided
    }
}
