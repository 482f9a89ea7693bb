/// Comparing and appending bytes without making a `String` of them.
enum Bytes {
    static func equal(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for index in bytes.indices where unsafe bytes[index] != text[index] { return false }
            return true
        }
    }

    /// Whether the bytes are `text`, which is lower-case, in letters of either case.
    static func equalIgnoringCase(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for index in bytes.indices where unsafe lowercase(bytes[index]) != text[index] {
                return false
            }
            return true
        }
    }

    static func lowercase(_ byte: UInt8) -> UInt8 {
        isCapital(byte) ? byte | 0x20 : byte
    }

    static func isCapital(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// The value of one hexadecimal digit of either case.
    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// The bytes without spaces and tabs at either end.
    static func trimmed(_ bytes: Span<UInt8>, in range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    static func text(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}

extension [UInt8] {
    mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }

    mutating func append(decimal number: Int) {
        let digits = Decimal(number)
        append(digits.bytes.span.extracting(digits.start..<20))
    }
}

/// The digits of a number that is not negative, without a `String`: every answer has one or two.
struct Decimal {
    private(set) var bytes = InlineArray<20, UInt8>(repeating: 0)
    /// Where the digits begin; they end with `bytes`.
    private(set) var start = 20

    init(_ number: Int) {
        precondition(number >= 0, "Invariant: what is counted is not negative")
        var rest = number
        repeat {
            start -= 1
            bytes[start] = 0x30 + UInt8(rest % 10)
            rest /= 10
        } while rest > 0
    }
}
