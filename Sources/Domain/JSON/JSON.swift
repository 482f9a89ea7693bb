/// A parsed JSON text. Numbers keep their literal, so nothing is rounded; members keep their order.
///
/// Source: RFC 8259; members are unique as in RFC 7493, section 2.3.
public enum JSON: Hashable, Sendable {
    public struct Member: Hashable, Sendable {
        public let name: String
        public let value: JSON
    }

    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])

    /// The member of that name; `nil` when there is none or this is not an object.
    public subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    public var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    public var bool: Bool? {
        guard case .bool(let bool) = self else { return nil }
        return bool
    }

    public var array: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    public var members: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// A whole number that fits, written as a number.
    public var integer: Int64? {
        guard case .number(let literal) = self else { return nil }
        if let value = Int64(literal) { return value }
        guard let units = Decimal8.parse(literal), units % Decimal8.one == 0 else { return nil }
        return units / Decimal8.one
    }

    /// A decimal in units of 10⁻⁸, written as a number or, as the bus does, as a string.
    public var decimal: Int64? {
        switch self {
        case .number(let literal), .string(let literal): Decimal8.parse(literal)
        default: nil
        }
    }
}
