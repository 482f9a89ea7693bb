/// What bytes from the peer meant, in either version of HTTP.
public enum HTTPEvent: Sendable {
    /// A whole request, to be answered once.
    case request(Request)
    /// The client waits for leave to send its body; HTTP/1.1 only, the owner sends
    /// `HTTP1Connection.continueBytes`.
    case continueExpected
    /// No request came of it. The owner answers with the error's response as if it were one.
    case refused(WireError, stream: Int32)
    /// The client no longer wants the answer to a request that was handed out, or the rest of one;
    /// HTTP/2 only.
    case cancelled(stream: Int32)
    /// Bytes of a stream that an extended CONNECT has opened; HTTP/2 only.
    case data([UInt8], stream: Int32)
    /// The client sends no more on such a stream.
    case ended(stream: Int32)
}
