/// Decimal text to and from integers that count 10⁻⁸. No floating point anywhere.
public enum Decimal8 {
    /// Units in one whole.
    public static let one: Int64 = 100_000_000

    /// The value of a decimal text such as `-12.5` or `1.5e-3`, or `nil` when it is not one, has
    /// more than eight decimals that matter, or does not fit.
    public static func parse(_ text: some StringProtocol) -> Int64? { parse(text.utf8) }

    /// The same over ASCII bytes.
    public static func parse(_ bytes: some Collection<UInt8>) -> Int64? {
        var digits = Digits()
        for byte in bytes {
            guard digits.take(byte) else { return nil }
        }
        return digits.units
    }

    /// The shortest plain decimal: `12.5`, `-0.00000001`, `0`.
    public static func text(_ units: Int64) -> String {
        var bytes: [UInt8] = []
        append(units, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the shortest plain decimal.
    public static func append(_ units: Int64, to bytes: inout [UInt8]) {
        if units < 0 { bytes.append(UInt8(ascii: "-")) }
        let magnitude = units.magnitude
        bytes.append(contentsOf: String(magnitude / UInt64(one)).utf8)
        var fraction = magnitude % UInt64(one)
        guard fraction > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        var scale = UInt64(one) / 10
        while fraction > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(fraction / scale))
            fraction %= scale
            scale /= 10
        }
    }

    /// `one × other ÷ 10⁸`, towards zero, held within `Int64` at the ends of its range.
    @inlinable public static func multiply(_ one: Int64, _ other: Int64) -> Int64 {
        Int64(clamping: Int128(one) * Int128(other) / Int128(Self.one))
    }

    /// `one ÷ other` in units of 10⁻⁸, towards zero; the end of the range for division by zero.
    @inlinable public static func divide(_ one: Int64, _ other: Int64) -> Int64 {
        if other == 0 { return one < 0 ? .min : .max }
        return Int64(clamping: Int128(one) * Int128(Self.one) / Int128(other))
    }
}

/// Reads a decimal byte by byte.
private struct Digits {
    private var mantissa: Int128 = 0
    private var negative = false
    private var decimals = 0
    private var exponent = 0
    private var exponentNegative = false
    private enum Part { case start, sign, whole, point, fraction, mark, exponentSign, exponent }
    private var part = Part.start

    /// Takes one byte; `false` when it cannot stand there or there are too many digits.
    mutating func take(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return digit(Int128(byte - UInt8(ascii: "0")))
        case UInt8(ascii: "-"), UInt8(ascii: "+"): return sign(byte == UInt8(ascii: "-"))
        case UInt8(ascii: "."):
            guard part == .whole else { return false }
            part = .point
            return true
        case UInt8(ascii: "e"), UInt8(ascii: "E"):
            guard part == .whole || part == .fraction else { return false }
            part = .mark
            return true
        default: return false
        }
    }

    /// The value in units of 10⁻⁸ once every byte is in.
    var units: Int64? {
        guard part == .whole || part == .fraction || part == .exponent else { return nil }
        var value = mantissa
        var shift = 8 - decimals + (exponentNegative ? -exponent : exponent)
        while shift > 0 {
            (value, shift) = (value * 10, shift - 1)
            if value > Int128(Int64.max) { return nil }
        }
        while shift < 0 {
            if value % 10 != 0 { return nil }
            (value, shift) = (value / 10, shift + 1)
        }
        return Int64(exactly: negative ? -value : value)
    }

    private mutating func digit(_ value: Int128) -> Bool {
        switch part {
        case .mark, .exponentSign, .exponent:
            part = .exponent
            exponent = exponent * 10 + Int(value)
            return exponent < 40
        case .point, .fraction:
            part = .fraction
            decimals += 1
        default: part = .whole
        }
        mantissa = mantissa * 10 + value
        return mantissa < 1_000_000_000_000_000_000_000_000_000_000
    }

    private mutating func sign(_ minus: Bool) -> Bool {
        switch part {
        case .start: (part, negative) = (.sign, minus)
        case .mark: (part, exponentNegative) = (.exponentSign, minus)
        default: return false
        }
        return true
    }
}
