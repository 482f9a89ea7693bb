public import Crypto

/// Writes fields as the journal's compact bytes: variable-length integers, no names.
public struct BinaryEncoder: FieldCoder, Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() { bytes.reserveCapacity(320) }

    /// The bytes of a value.
    public static func encode<Value: Fields>(_ value: Value) -> [UInt8] {
        var encoder = BinaryEncoder()
        var value = value
        value.visit(&encoder)
        return encoder.bytes
    }

    public mutating func byte(_ value: UInt8) { bytes.append(value) }

    public mutating func integer(_ name: StaticString, _ value: inout Int64) {
        // Zigzag and seven bits a byte: small numbers of either sign are short.
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    public mutating func flag(_ name: StaticString, _ value: inout Bool) {
        bytes.append(value ? 1 : 0)
    }

    public mutating func text(_ name: StaticString, _ value: inout String) {
        var count = Int64(value.utf8.count)
        integer(name, &count)
        bytes.append(contentsOf: value.utf8)
    }

    public mutating func digest(_ name: StaticString, _ value: inout Digest256) {
        bytes.append(contentsOf: value.bytes)
    }

    public mutating func word<Word: Coded>(_ name: StaticString, _ value: inout Word) {
        bytes.append(value.rawValue)
    }

    public mutating func decimal(_ name: StaticString, _ value: inout Int64) {
        integer(name, &value)
    }

    public mutating func time(_ name: StaticString, _ value: inout Timestamp) {
        integer(name, &value.microseconds)
    }

    public mutating func object<Value: Fields>(_ name: StaticString, _ value: inout Value) {
        value.visit(&self)
    }

    public mutating func optional<Value: Fields>(_ name: StaticString, _ value: inout Value?) {
        bytes.append(value == nil ? 0 : 1)
        value?.visit(&self)
    }

    public mutating func list<Value: Fields>(_ name: StaticString, _ value: inout [Value]) {
        var count = Int64(value.count)
        integer(name, &count)
        for index in value.indices { value[index].visit(&self) }
    }

    public mutating func texts(_ name: StaticString, _ value: inout [String]) {
        var count = Int64(value.count)
        integer(name, &count)
        for index in value.indices { text(name, &value[index]) }
    }
}

/// Reads what `BinaryEncoder` wrote. Never trusts a length; remembers the first thing wrong.
public struct BinaryDecoder: FieldCoder, Sendable {
    private let bytes: [UInt8]
    private var offset: Int
    /// Set once the bytes turned out not to be such a value. What was decoded then means nothing.
    public private(set) var failed = false

    public init(_ bytes: [UInt8], from offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    /// The value that the bytes are, or `nil` when they are none or go on after it.
    public static func decode<Value: Fields>(_ type: Value.Type, from bytes: [UInt8]) -> Value? {
        var decoder = BinaryDecoder(bytes)
        return decoder.whole(type)
    }

    /// Everything that is left, as one value.
    public mutating func whole<Value: Fields>(_ type: Value.Type) -> Value? {
        var value = Value()
        value.visit(&self)
        return failed || offset != bytes.count ? nil : value
    }

    public mutating func byte() -> UInt8 {
        guard offset < bytes.count else {
            failed = true
            return 0
        }
        offset += 1
        return bytes[offset - 1]
    }

    public mutating func integer(_ name: StaticString, _ value: inout Int64) {
        var (rest, shift): (UInt64, UInt64) = (0, 0)
        while true {
            let next = byte()
            if failed || shift > 63 || (shift == 63 && next > 1) {
                failed = true
                return
            }
            rest |= UInt64(next & 0x7F) << shift
            if next < 0x80 { break }
            shift += 7
        }
        value = Int64(bitPattern: rest >> 1) ^ -Int64(bitPattern: rest & 1)
    }

    public mutating func flag(_ name: StaticString, _ value: inout Bool) {
        let next = byte()
        if next > 1 { failed = true }
        value = next == 1
    }

    public mutating func text(_ name: StaticString, _ value: inout String) {
        let count = length()
        guard let text = String(validating: bytes[offset..<offset + count], as: UTF8.self) else {
            failed = true
            return
        }
        offset += count
        value = text
    }

    public mutating func digest(_ name: StaticString, _ value: inout Digest256) {
        guard offset + 32 <= bytes.count else {
            failed = true
            return
        }
        value = Digest256(bytes: bytes[offset..<offset + 32])
        offset += 32
    }

    public mutating func word<Word: Coded>(_ name: StaticString, _ value: inout Word) {
        guard let word = Word(rawValue: byte()) else {
            failed = true
            return
        }
        value = word
    }

    public mutating func decimal(_ name: StaticString, _ value: inout Int64) {
        integer(name, &value)
    }

    public mutating func time(_ name: StaticString, _ value: inout Timestamp) {
        integer(name, &value.microseconds)
    }

    public mutating func object<Value: Fields>(_ name: StaticString, _ value: inout Value) {
        value.visit(&self)
    }

    public mutating func optional<Value: Fields>(_ name: StaticString, _ value: inout Value?) {
        var present = false
        flag(name, &present)
        guard present, !failed else {
            value = nil
            return
        }
        var inner = Value()
        inner.visit(&self)
        value = inner
    }

    public mutating func list<Value: Fields>(_ name: StaticString, _ value: inout [Value]) {
        let count = length()
        value = []
        for _ in 0..<count where !failed {
            var element = Value()
            element.visit(&self)
            value.append(element)
        }
    }

    public mutating func texts(_ name: StaticString, _ value: inout [String]) {
        let count = length()
        value = []
        for _ in 0..<count where !failed {
            var element = ""
            text(name, &element)
            value.append(element)
        }
    }

    /// A count of things that take at least one byte each, so never more than there are bytes.
    private mutating func length() -> Int {
        var count: Int64 = 0
        integer("", &count)
        guard !failed, count >= 0, count <= Int64(bytes.count - offset) else {
            failed = true
            return 0
        }
        return Int(count)
    }
}
