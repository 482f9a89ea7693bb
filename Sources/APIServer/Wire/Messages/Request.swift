/// One whole request, of either version of HTTP.
///
/// Target, authority and fields lie in one piece of memory; texts are made only when asked for.
public struct Request: Sendable {
    public let method: Method
    public let fields: HeaderBlock
    public let body: [UInt8]
    /// The stream to answer on; 0 in HTTP/1.1.
    public let stream: Int32
    private let pathExtent: HeaderBlock.Extent
    /// `nil` when there is no question mark.
    private let queryExtent: HeaderBlock.Extent?
    private let authorityExtent: HeaderBlock.Extent

    /// What an extended CONNECT is to become, such as `websocket`. Source: RFC 8441, section 4.
    public var protocolName: String? { protocolExtent.map { Bytes.text(fields.slice($0)) } }
    private let protocolExtent: HeaderBlock.Extent?

    /// How long the body was, kept or only counted.
    public let bodyCount: Int

    public var isHTTP2: Bool { stream != 0 }
    /// Whether it came in HTTP/1.0, in which nothing can be upgraded. Source: RFC 9110, section 7.8.
    public let isHTTP10: Bool

    /// The path as it was sent: it begins with `/`, and escapes are not decoded. `*` for OPTIONS of
    /// the server as a whole; empty for CONNECT.
    public var path: ArraySlice<UInt8> { fields.slice(pathExtent) }
    public var pathText: String { Bytes.text(path) }

    /// What follows the first question mark, escapes not decoded; empty when there is none.
    public var query: ArraySlice<UInt8> { queryExtent.map(fields.slice) ?? [] }
    public var queryText: String { Bytes.text(query) }

    /// Host and port, as `Host` or `:authority` gave them.
    public var authority: String { Bytes.text(fields.slice(authorityExtent)) }

    /// Whether the path is exactly this one, without making a text of it.
    public func hasPath(_ path: StaticString) -> Bool {
        Bytes.equal(self.path.span, path)
    }

    /// The query's names and values with escapes decoded, in their order.
    ///
    /// `nil` when an escape is malformed or the decoded bytes are not UTF-8. A plus sign is a space.
    /// Source: the URL standard, section 5.1.
    public func queryItems() -> [(name: String, value: String)]? {
        var items: [(name: String, value: String)] = []
        for pair in query.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(form: parts[0]),
                let value = PercentEncoding.decode(form: parts.count == 2 ? parts[1] : [])
            else { return nil }
            items.append((name, value))
        }
        return items
    }

    /// A request as code makes it: for tests, and for asking a route directly.
    public init(
        _ method: Method, _ target: String, fields: HeaderBlock = HeaderBlock(), body: [UInt8] = []
    ) {
        var head = RequestHead(method: method, fields: fields)
        head.setTarget(Array(target.utf8).span)
        head.authority = head.fields.first("host") ?? head.authority
        self.init(head: head, body: body, count: body.count, stream: 0)
    }

    init(head: RequestHead, body: [UInt8], count: Int, stream: Int32) {
        method = head.method
        fields = head.fields
        self.body = body
        bodyCount = count
        self.stream = stream
        pathExtent = head.path
        queryExtent = head.query
        authorityExtent = head.authority
        protocolExtent = head.protocolName
        isHTTP10 = head.isHTTP10
    }
}

/// A request without its body, while it is being read.
struct RequestHead: Sendable {
    var method: Method
    var fields: HeaderBlock
    var path = HeaderBlock.Extent()
    var query: HeaderBlock.Extent?
    var authority = HeaderBlock.Extent()
    var protocolName: HeaderBlock.Extent?
    var isHTTP10 = false

    init(method: Method, fields: HeaderBlock = HeaderBlock()) {
        self.method = method
        self.fields = fields
    }

    /// Finds path and query in a target that is kept already.
    mutating func place(target: HeaderBlock.Extent) {
        path = target
        let bytes = fields.slice(target)
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")) else { return }
        path.end = UInt32(mark)
        query = HeaderBlock.Extent(start: UInt32(mark + 1), end: target.end)
    }

    /// Keeps path and query of a target in origin form. An empty path is `/`.
    mutating func setTarget(_ target: Span<UInt8>) {
        var end = target.count
        for index in target.indices where target[index] == UInt8(ascii: "?") {
            end = index
            break
        }
        path = end == 0 ? fields.keep("/") : fields.keep(target.extracting(first: end))
        query =
            end == target.count ? nil : fields.keep(target.extracting(droppingFirst: end + 1))
    }
}
