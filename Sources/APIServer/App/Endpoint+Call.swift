public import Wire

/// A whole request on its way to a handler.
public struct Call: Sendable {
    public let request: Request
    /// What stood in the path where the endpoint has braces, percent-decoded, in order.
    public let parameters: [(name: String, value: String)]
    /// When the read that completed the request returned: boot clock, microseconds.
    public let received: Int64
    /// Unique within the process; `requestID` is its text.
    public let id: UInt64
    /// The peer's numeric address, empty where there is none: what attempts to sign in are counted by.
    public let address: String
    /// The name in the certificate that a service has shown, where TLS asks for one.
    public let service: String?

    public init(
        request: Request, parameters: [(name: String, value: String)] = [], received: Int64,
        id: UInt64, address: String = "", service: String? = nil
    ) {
        (self.request, self.parameters) = (request, parameters)
        (self.received, self.id, self.address) = (received, id, address)
        self.service = service
    }

    /// 15 hexadecimal digits: in the answer's `x-request-id`, in problem documents and in the log.
    public var requestID: String { Self.text(of: id) }

    /// Ids have 60 bits: so the text fits into a `String` without memory of its own.
    static func text(of id: UInt64) -> String {
        unsafe String(unsafeUninitializedCapacity: 15) { text in
            for place in 0..<15 {
                let digit = UInt8(id >> UInt64(56 - 4 * place) & 15)
                unsafe text[place] = digit < 10 ? 0x30 + digit : 0x57 + digit
            }
            return 15
        }
    }

    /// The parameter of that name; the endpoint's path has it, so it is there.
    public subscript(name: String) -> String {
        guard let parameter = parameters.first(where: { $0.name == name }) else {
            preconditionFailure("Invariant: a handler asks only for parameters of its own path")
        }
        return parameter.value
    }
}
