/// What a server adds to each answer of its own accord. It goes into the message as bytes, so that
/// no field has to be made for it.
public struct ResponseMark: Sendable {
    /// Shown as `x-request-id`: the low 60 bits in 15 hexadecimal digits.
    public let id: UInt64
    /// Whether nobody on the way may keep the answer.
    public let isPrivate: Bool
    /// Whether a browser is to come by TLS only from now on. Source: RFC 6797.
    public var demandsTLS: Bool

    public init(id: UInt64, isPrivate: Bool, demandsTLS: Bool) {
        (self.id, self.isPrivate, self.demandsTLS) = (id, isPrivate, demandsTLS)
    }

    typealias Field = (name: StaticString, value: StaticString)

    static let noSniff: Field = ("x-content-type-options", "nosniff")
    static let noStore: Field = ("cache-control", "no-store")
    static let onlyTLS: Field = ("strict-transport-security", "max-age=31536000")
    static let idName: StaticString = "x-request-id"

    /// Adds it to a head of HTTP/1.1.
    func append(to output: inout [UInt8]) {
        if isPrivate { output.append("cache-control: no-store\r\n") }
        if demandsTLS { output.append("strict-transport-security: max-age=31536000\r\n") }
        output.append("x-content-type-options: nosniff\r\nx-request-id: ")
        appendID(to: &output)
        output.append("\r\n")
    }

    func appendID(to output: inout [UInt8]) {
        withDigits { output.append($0.span) }
    }

    func withDigits<Result>(_ body: (borrowing InlineArray<15, UInt8>) -> Result) -> Result {
        let digits = InlineArray<15, UInt8> { place in
            let digit = UInt8(id >> UInt64(56 - 4 * place) & 15)
            return digit < 10 ? 0x30 + digit : 0x57 + digit
        }
        return body(digits)
    }
}
