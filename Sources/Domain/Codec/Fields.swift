public import Crypto

/// A value whose fields are named once, in canonical order, for every form it has: the journal's
/// bytes, the state digest and JSON.
public protocol Fields {
    /// A blank value, to be filled by a decoder.
    init()
    /// Hands each field to the coder, in ascending order of the names.
    mutating func visit<Coder: FieldCoder>(_ coder: inout Coder)
}

/// Goes over the fields of a value and writes them, reads them or shows them.
public protocol FieldCoder {
    mutating func integer(_ name: StaticString, _ value: inout Int64)
    mutating func flag(_ name: StaticString, _ value: inout Bool)
    mutating func text(_ name: StaticString, _ value: inout String)
    mutating func digest(_ name: StaticString, _ value: inout Digest256)
    mutating func word<Word: Coded>(_ name: StaticString, _ value: inout Word)
    /// An integer that counts 10⁻⁸ and reads as a decimal.
    mutating func decimal(_ name: StaticString, _ value: inout Int64)
    /// Microseconds since 1970, shown as RFC 3339.
    mutating func time(_ name: StaticString, _ value: inout Timestamp)
    mutating func object<Value: Fields>(_ name: StaticString, _ value: inout Value)
    mutating func optional<Value: Fields>(_ name: StaticString, _ value: inout Value?)
    mutating func list<Value: Fields>(_ name: StaticString, _ value: inout [Value])
    mutating func texts(_ name: StaticString, _ value: inout [String])
}

/// A closed list of named values, one byte each.
public protocol Coded: RawRepresentable, CaseIterable, Sendable where RawValue == UInt8 {
    /// What JSON and people read.
    var name: StaticString { get }
}

extension Side: Coded {}

extension FieldCoder {
    /// A natural number or an index; held in an `Int64`.
    public mutating func count(_ name: StaticString, _ value: inout Int) {
        var wide = Int64(value)
        integer(name, &wide)
        value = Int(wide)
    }

    /// A sequence number or an epoch: at most 2⁶³ − 1.
    public mutating func number(_ name: StaticString, _ value: inout UInt64) {
        var wide = Int64(bitPattern: value)
        integer(name, &wide)
        value = UInt64(bitPattern: wide)
    }
}
