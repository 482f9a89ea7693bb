/// Writes JSON as bytes. Keys written in ascending order give the canonical form of RFC 8785, and
/// debug builds stop at a key that is out of order.
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false
    #if DEBUG
        /// The latest key of each open object; `nil` for an array.
        private var keys: [String?] = []
    #endif

    public init() { bytes.reserveCapacity(512) }

    /// What was written, as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    public mutating func beginObject() { begin(UInt8(ascii: "{"), key: "") }
    public mutating func endObject() { end(UInt8(ascii: "}")) }
    public mutating func beginArray() { begin(UInt8(ascii: "["), key: nil) }
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    public mutating func key(_ key: StaticString) {
        key.withUTF8Buffer { unsafe append(key: UnsafeRawBufferPointer($0)) }
    }

    public mutating func key(_ key: String) {
        var key = key
        key.withUTF8 { unsafe append(key: UnsafeRawBufferPointer($0)) }
    }

    public mutating func string(_ text: String) {
        separate()
        Self.append(quoted: text, to: &bytes)
    }

    public mutating func string(_ text: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func integer(_ value: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Money, price or quantity: a string, because a double could not hold it.
    public mutating func decimal(_ units: Int64) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        Decimal8.append(units, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// The same as a bare number, for the messages and the policy that want one.
    public mutating func number(_ units: Int64) {
        separate()
        Decimal8.append(units, to: &bytes)
    }

    public mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// A value that is JSON already.
    public mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// Any parsed value, its members in canonical order.
    public mutating func value(_ json: JSON) {
        switch json {
        case .null: null()
        case .bool(let value): bool(value)
        case .number(let literal): raw(literal.utf8)
        case .string(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements { value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members.sorted(by: { Self.precedes($0.name, $1.name) }) {
                key(member.name)
                value(member.value)
            }
            endObject()
        }
    }

    /// RFC 8785, section 3.2.3: by UTF-16 code units.
    static func precedes(_ one: String, _ other: String) -> Bool {
        one.utf16.lexicographicallyPrecedes(other.utf16)
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func begin(_ bracket: UInt8, key: String?) {
        separate()
        bytes.append(bracket)
        needsComma = false
        #if DEBUG
            keys.append(key)
        #endif
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
        #if DEBUG
            keys.removeLast()
        #endif
    }

    private mutating func append(key: UnsafeRawBufferPointer) {
        #if DEBUG
            let name = unsafe String(decoding: key, as: UTF8.self)
            if let last = keys.last, let last {
                precondition(
                    last.isEmpty || Self.precedes(last, name),
                    "Invariant: keys are written in canonical order (\(last), \(name))")
            }
            keys[keys.count - 1] = name
        #endif
        separate()
        unsafe Self.append(quoted: key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// RFC 8785, section 3.2.2.2: the short escapes, `\u00xx` for other controls, nothing else.
    private static func append(quoted text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { unsafe append(quoted: UnsafeRawBufferPointer($0), to: &bytes) }
    }

    private static func append(quoted text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        if unsafe text.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
            unsafe bytes.append(contentsOf: text)
        } else {
            unsafe append(escaped: text, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func append(escaped text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        for index in text.indices {
            let byte = unsafe text[index]
            switch byte {
            case 0x22, 0x5C: bytes.append(contentsOf: [0x5C, byte])
            case 0x08: bytes.append(contentsOf: "\\b".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0C: bytes.append(contentsOf: "\\f".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0..<0x20:
                let hex = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: [hex[Int(byte >> 4)], hex[Int(byte & 15)]])
            default: bytes.append(byte)
            }
        }
    }
}
