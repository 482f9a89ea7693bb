/// A name or value of a response's field: part of the program, or made for this response.
///
/// A literal is `constant`: nothing is copied, checked or counted for it.
public enum FieldText: Sendable, ExpressibleByStringLiteral {
    case constant(StaticString)
    case text(String)

    public init(stringLiteral literal: StaticString) { self = .constant(literal) }

    public var text: String {
        switch self {
        case .constant(let text): text.description
        case .text(let text): text
        }
    }
}

/// One field of a response. Names are written in lower case.
public struct ResponseField: Sendable {
    public let name: FieldText
    public let value: FieldText

    public init(_ name: FieldText, _ value: FieldText) {
        self.name = name
        self.value = value
    }

    public init(_ name: StaticString, _ value: String) {
        self.init(.constant(name), .text(value))
    }
}

/// What follows the fields. Bytes are shared with whoever else holds them, never copied.
public enum ResponseBody: Sendable {
    case none
    case bytes([UInt8])
    /// What comes later, piece by piece, for as long as it takes.
    case stream

    public var bytes: [UInt8] {
        switch self {
        case .none, .stream: []
        case .bytes(let bytes): bytes
        }
    }

    var isStream: Bool { if case .stream = self { true } else { false } }
}

/// One whole response, of either version of HTTP.
///
/// `content-length` and `date` are added when it is written, and so is `connection` in HTTP/1.1.
public struct Response: Sendable {
    public var status: Int
    public var fields: [ResponseField]
    public var body: ResponseBody
    public var mark: ResponseMark?

    public init(status: Int, fields: [ResponseField] = [], body: ResponseBody = .none) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// The first value of this name, which is given in lower case.
    public subscript(name: StaticString) -> String? {
        let name = name.description
        return fields.first { $0.name.text == name }?.value.text
    }

    private static let jsonFields = [ResponseField("content-type", "application/json")]
    private static let textFields = [ResponseField("content-type", "text/plain; charset=utf-8")]
    private static let problemFields = [ResponseField("content-type", "application/problem+json")]

    /// JSON that is encoded already.
    public static func json(_ status: Int = 200, _ bytes: [UInt8]) -> Response {
        Response(status: status, fields: jsonFields, body: .bytes(bytes))
    }

    public static func text(_ status: Int = 200, _ text: String) -> Response {
        Response(status: status, fields: textFields, body: .bytes(Array(text.utf8)))
    }

    /// A problem document that is encoded already. Source: RFC 9457, section 3.
    public static func problem(_ status: Int, _ bytes: [UInt8]) -> Response {
        Response(status: status, fields: problemFields, body: .bytes(bytes))
    }
}
