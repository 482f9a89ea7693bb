/// One request and its answer on one HTTP/2 connection. Its place in the inbox is used again.
final class HTTP2Stream {
    enum Stage: Hashable {
        case reading
        /// The request, or the refusal, is with the owner.
        case answering
        /// The answer is with nghttp2.
        case answered
        /// The head of the answer is with nghttp2, its body comes piece by piece.
        case streaming
    }

    let id: Int32
    var stage = Stage.reading
    var fields = HeaderBlock()
    var method: Method?
    var target: HeaderBlock.Extent?
    var authority: HeaderBlock.Extent?
    var protocolName: HeaderBlock.Extent?
    /// Whether an extended CONNECT has made it a way for bytes in both directions.
    var isTunnel = false
    /// Names and values so far, trailers too.
    var fieldBytes = 0
    var fieldCount = 0
    /// What it adds to the inbox's count of unfinished bytes.
    var unfinishedBytes = 0
    /// When the client has kept us waiting too long, for its request or to take our answer.
    var deadline = Int64.max
    var body: [UInt8] = []
    var bodyCount = 0
    /// Whether the body is only counted.
    var isCounted = false
    var isHead = false
    var inTrailers = false
    /// Whether the client has sent everything.
    var isComplete = false

    var outgoing = HTTP2Outgoing()
    /// Whether nghttp2 waits to be told that there is more to send.
    var isDeferred = false

    init(id: Int32) { self.id = id }

    /// The target without its query.
    var path: ArraySlice<UInt8> {
        let bytes = target.map(fields.slice) ?? []
        return bytes.prefix { $0 != UInt8(ascii: "?") }
    }

    /// The whole request, which takes the memory of head and body with it.
    func takeRequest() -> Request? {
        guard let method, let target else { return nil }
        fields.join("cookie", separator: "; ")
        var head = RequestHead(method: method, fields: fields)
        head.place(target: target)
        head.authority = authority ?? fields.first("host") ?? HeaderBlock.Extent()
        head.protocolName = protocolName
        fields = HeaderBlock()
        defer { body = [] }
        return Request(head: head, body: body, count: bodyCount, stream: id)
    }

    /// Forgets what has been read: the request is refused.
    func drop() {
        fields = HeaderBlock()
        body = []
    }
}
