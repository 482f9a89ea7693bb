import CNGHTTP2

/// nghttp2 refused to go on. The connection it belongs to is finished.
public struct HTTP2Error: Error, Hashable, CustomStringConvertible {
    /// One of `nghttp2_error`; always negative.
    public let code: CInt

    public var description: String { "HTTP/2: \(unsafe String(cString: nghttp2_strerror(code)))" }

    /// What the peer sent more of than anybody needs, if that was it.
    var flood: HTTP2Fault? {
        switch code {
        case NGHTTP2_ERR_FLOODED.rawValue: .unreadAnswers
        case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS.rawValue: .continuationFlood
        default: nil
        }
    }

    /// Turns nghttp2's "negative means error" into a thrown error.
    @discardableResult
    static func check<Code: SignedInteger>(_ code: Code) throws(HTTP2Error) -> Code {
        if code < 0 { throw HTTP2Error(code: CInt(code)) }
        return code
    }
}
