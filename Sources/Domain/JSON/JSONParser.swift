/// Why a text is not JSON, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public let what: String
    /// Bytes before the place.
    public let offset: Int

    public var description: String { "\(what) at byte \(offset)" }
}

extension JSON {
    /// How deep arrays and objects may be nested: more is an attack, not a message.
    public static let depthMaximum = 32

    /// Parses one whole JSON text.
    ///
    /// `NaN`, `Infinity` and `-Infinity`, which some writers emit, are taken as numbers that have
    /// no value (`decimal` and `integer` are `nil`): a signal with one is denied, not lost.
    public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
        var parser = JSONParser(bytes: bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.atEnd else { throw parser.error("text after the end of the value") }
        return value
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var atEnd: Bool { offset == bytes.count }
    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    func error(_ what: String) -> JSONError { JSONError(what: what, offset: offset) }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            offset += 1
        }
    }

    mutating func value(depth: Int) throws(JSONError) -> JSON {
        guard depth < JSON.depthMaximum else { throw error("nested deeper than allowed") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "N"): return try word("NaN", .number("NaN"))
        case UInt8(ascii: "I"): return try word("Infinity", .number("Infinity"))
        case nil: throw error("the text ends where a value should stand")
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        guard bytes[offset...].starts(with: word.utf8) else { throw error("not a JSON value") }
        offset += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        var members: [JSON.Member] = []
        var names = MemberNames()
        offset += 1
        skipSpace()
        if next == UInt8(ascii: "}") {
            offset += 1
            return .object([])
        }
        members.reserveCapacity(8)
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw error("a member's name was expected") }
            let name = try string()
            guard names.isNew(name, among: members) else { throw error("member \"\(name)\" twice") }
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw error("a colon was expected") }
            offset += 1
            members.append(JSON.Member(name: name, value: try value(depth: depth + 1)))
            if try ends(with: UInt8(ascii: "}")) { return .object(members) }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        var elements: [JSON] = []
        offset += 1
        skipSpace()
        if next == UInt8(ascii: "]") {
            offset += 1
            return .array([])
        }
        while true {
            elements.append(try value(depth: depth + 1))
            if try ends(with: UInt8(ascii: "]")) { return .array(elements) }
        }
    }

    /// After an element: `true` at the closing bracket, `false` after a comma.
    private mutating func ends(with bracket: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        guard let byte = next, byte == bracket || byte == UInt8(ascii: ",") else {
            throw error("a comma or the closing bracket was expected")
        }
        offset += 1
        return byte == bracket
    }

    /// Source: RFC 8259, section 6.
    private mutating func number() throws(JSONError) -> JSON {
        let start = offset
        if next == UInt8(ascii: "-") { offset += 1 }
        if next == UInt8(ascii: "I") { return try word("Infinity", .number("-Infinity")) }
        let whole = digits()
        guard whole > 0 else { throw error("not a JSON value") }
        if whole > 1, bytes[offset - whole] == UInt8(ascii: "0") { throw error("a leading zero") }
        if next == UInt8(ascii: ".") {
            offset += 1
            guard digits() > 0 else { throw error("a digit was expected after the point") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            offset += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
            guard digits() > 0 else { throw error("a digit was expected in the exponent") }
        }
        return .number(String(decoding: bytes[start..<offset], as: UTF8.self))
    }

    private mutating func digits() -> Int {
        let start = offset
        while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { offset += 1 }
        return offset - start
    }

    /// Most strings have no escape: they are one stretch of the text, looked through once.
    private mutating func string() throws(JSONError) -> String {
        offset += 1
        let start = offset
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return try text(bytes.span.extracting(start..<offset - 1))
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw error("a control character in a string")
            default: offset += 1
            }
        }
        throw error("the text ends inside a string")
    }

    /// The rest of a string in which an escape was met.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var text = Array(bytes[start..<offset])
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return try self.text(text.span)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw error("a control character in a string")
            default:
                text.append(byte)
                offset += 1
            }
        }
        throw error("the text ends inside a string")
    }

    private func text(_ bytes: Span<UInt8>) throws(JSONError) -> String {
        do { return String(copying: try UTF8Span(validating: bytes)) } catch {
            throw self.error("a string that is not UTF-8")
        }
    }

    private static let short: [(UInt8, UInt8)] = [
        (UInt8(ascii: "\""), 0x22), (UInt8(ascii: "\\"), 0x5C), (UInt8(ascii: "/"), 0x2F),
        (UInt8(ascii: "b"), 0x08), (UInt8(ascii: "f"), 0x0C), (UInt8(ascii: "n"), 0x0A),
        (UInt8(ascii: "r"), 0x0D), (UInt8(ascii: "t"), 0x09),
    ]

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        offset += 1
        guard let byte = next else { throw error("the text ends inside a string") }
        offset += 1
        if let plain = Self.short.first(where: { $0.0 == byte }) {
            text.append(plain.1)
            return
        }
        guard byte == UInt8(ascii: "u") else { throw error("an unknown escape") }
        var code = try hex()
        if (0xD800..<0xDC00).contains(code) {
            guard bytes[offset...].starts(with: "\\u".utf8) else { throw error("half a surrogate") }
            offset += 2
            let low = try hex()
            guard (0xDC00..<0xE000).contains(low) else { throw error("half a surrogate") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error("half a surrogate") }
        text.append(contentsOf: String(Character(scalar)).utf8)
    }

    private mutating func hex() throws(JSONError) -> UInt32 {
        guard offset + 4 <= bytes.count,
            let code = UInt32(
                String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits were expected") }
        offset += 4
        return code
    }
}

/// The names of an object's members so far. Few are compared; many are looked up, so that a hostile
/// object costs no more than its length.
private struct MemberNames {
    private static let comparedMaximum = 16
    private var known: Set<String> = []

    mutating func isNew(_ name: String, among members: [JSON.Member]) -> Bool {
        if members.count < Self.comparedMaximum { return !members.contains { $0.name == name } }
        if known.isEmpty { known = Set(members.map(\.name)) }
        return known.insert(name).inserted
    }
}
