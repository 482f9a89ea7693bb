/// A request that cannot be handed out, and the answer that says why.
///
/// In HTTP/1.1 the connection ends after that answer, in HTTP/2 the stream does.
public struct WireError: Error, Hashable, Sendable {
    public let status: Int
    /// Stays the same from version to version.
    public let code: String
    /// One sentence for people.
    public let sentence: String

    public init(_ status: Int, _ code: String, _ sentence: String) {
        self.status = status
        self.code = code
        self.sentence = sentence
    }

    /// The answer as a problem document. Neither code nor sentence holds anything the peer sent.
    public var response: Response {
        let body =
            #"{"code":"\#(code)","detail":"\#(sentence)","error":"\#(sentence)","#
            + #""status":\#(status),"title":"\#(code)","type":"urn:titan:problem:\#(code)"}"#
        return .problem(status, Array(body.utf8))
    }
}
