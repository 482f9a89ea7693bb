import CSSL

/// A TLS connection is over. What it still has to send tells the peer so.
public struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// No common ground was found, or the peer did not keep to the protocol.
        case handshake
        /// A record or message after the handshake was wrong.
        case broken
        /// The peer makes work without end: handshakes, new keys, renegotiation.
        case flood
    }

    public let kind: Kind
    /// OpenSSL's words for it; nothing that the peer sent.
    public let reason: String

    public var description: String { "TLS: \(reason)" }

    /// What OpenSSL has noted on this thread, oldest first; its list is empty afterwards.
    static func takeReason() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else {
            return "the peer does not speak TLS"
        }
        return unsafe String(cString: text)
    }
}

/// Why certificate, key and authorities make no TLS server.
public struct TLSSetupError: Error, Hashable, Sendable {
    public enum Part: Hashable, Sendable {
        case certificate
        case key
        /// The authorities by which callers' certificates are judged.
        case clientAuthority
    }

    public let part: Part
    /// A phrase that goes on after the file's name.
    public let reason: String

    init(_ part: Part, _ reason: String) { (self.part, self.reason) = (part, reason) }
}
