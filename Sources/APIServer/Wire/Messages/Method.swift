/// What a request asks for. Source: RFC 9110, section 9; RFC 5789 for PATCH.
public enum Method: UInt8, Hashable, Sendable, CaseIterable {
    case get
    case head
    case post
    case put
    case patch
    case delete
    case options
    case connect
    case trace

    /// The method that these bytes name, letter for letter; `nil` when there is no such method.
    public init?(_ bytes: Span<UInt8>) {
        for method in Self.allCases where Bytes.equal(bytes, method.name) {
            self = method
            return
        }
        return nil
    }

    public var name: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .connect: "CONNECT"
        case .trace: "TRACE"
        }
    }
}
