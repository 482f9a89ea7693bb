public import Crypto

/// Shows fields as canonical JSON.
public struct JSONCoder: FieldCoder, Sendable {
    public var writer = JSONWriter()

    public init() {}

    /// The canonical JSON of a value.
    public static func encode<Value: Fields>(_ value: Value) -> [UInt8] {
        var coder = JSONCoder()
        coder.value(value)
        return coder.writer.bytes
    }

    /// Writes one object where a value may stand.
    public mutating func value<Value: Fields>(_ value: Value) {
        var value = value
        writer.beginObject()
        value.visit(&self)
        writer.endObject()
    }

    public mutating func integer(_ name: StaticString, _ value: inout Int64) {
        writer.key(name)
        writer.integer(value)
    }

    public mutating func flag(_ name: StaticString, _ value: inout Bool) {
        writer.key(name)
        writer.bool(value)
    }

    public mutating func text(_ name: StaticString, _ value: inout String) {
        writer.key(name)
        writer.string(value)
    }

    public mutating func digest(_ name: StaticString, _ value: inout Digest256) {
        writer.key(name)
        writer.string(value.hex)
    }

    public mutating func word<Word: Coded>(_ name: StaticString, _ value: inout Word) {
        writer.key(name)
        writer.string(value.name)
    }

    public mutating func decimal(_ name: StaticString, _ value: inout Int64) {
        writer.key(name)
        writer.decimal(value)
    }

    public mutating func time(_ name: StaticString, _ value: inout Timestamp) {
        writer.key(name)
        writer.string(value.text)
    }

    public mutating func object<Value: Fields>(_ name: StaticString, _ value: inout Value) {
        writer.key(name)
        self.value(value)
    }

    public mutating func optional<Value: Fields>(_ name: StaticString, _ value: inout Value?) {
        writer.key(name)
        if let value { self.value(value) } else { writer.null() }
    }

    public mutating func list<Value: Fields>(_ name: StaticString, _ value: inout [Value]) {
        writer.key(name)
        writer.beginArray()
        for element in value { self.value(element) }
        writer.endArray()
    }

    public mutating func texts(_ name: StaticString, _ value: inout [String]) {
        writer.key(name)
        writer.beginArray()
        for element in value { writer.string(element) }
        writer.endArray()
    }
}
