/// Which bytes of a representation a `range` field asks for. Source: RFC 9110, section 14.
public enum ByteRanges: Hashable, Sendable {
    /// Nothing that has to be granted, or nothing that can be understood: all of it is sent.
    case whole
    /// Within the representation, none empty, in the order in which they were asked for.
    case parts([Range<Int>])
    /// Well asked, but none of them lies within the representation.
    case unsatisfiable

    /// - Parameters:
    ///   - value: The field's value. A unit other than `bytes`, and any fault in it, is passed over.
    ///   - count: Bytes of the representation.
    ///   - rangesMaximum: Who asks for more ranges, or for more bytes than there are, gets it whole.
    public init(_ value: ArraySlice<UInt8>, of count: Int, rangesMaximum: Int) {
        self = Self.read(value, count, rangesMaximum) ?? .whole
    }

    private static func read(
        _ value: ArraySlice<UInt8>, _ count: Int, _ rangesMaximum: Int
    ) -> ByteRanges? {
        guard let equals = value.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let unit = value[..<equals]
        guard Bytes.equalIgnoringCase(unit.span, "bytes") else { return nil }
        var (asked, parts, bytes) = (0, [Range<Int>](), 0)
        for member in value[(equals + 1)...].split(separator: UInt8(ascii: ",")) {
            let text = member[Bytes.trimmed(member)]
            // Empty members of a list are passed over. Source: RFC 9110, section 5.6.1.2.
            if text.isEmpty { continue }
            asked += 1
            guard asked <= rangesMaximum, let range = range(text, count) else { return nil }
            if range.isEmpty { continue }
            parts.append(range)
            bytes += range.count
        }
        if asked == 0 || bytes > count { return nil }
        return parts.isEmpty ? .unsatisfiable : .parts(parts)
    }

    /// What one range covers, empty when it lies behind the end; `nil` when it is malformed.
    private static func range(_ text: ArraySlice<UInt8>, _ count: Int) -> Range<Int>? {
        guard let dash = text.firstIndex(of: UInt8(ascii: "-")) else { return nil }
        let (first, last) = (text[..<dash], text[(dash + 1)...])
        if first.isEmpty {
            guard let length = number(last) else { return nil }
            // Of nothing there is no last part that could be named: it is sent whole.
            if count == 0 && length > 0 { return nil }
            return max(0, count - length)..<count
        }
        guard let start = number(first) else { return nil }
        let end = last.isEmpty ? Int.max : number(last)
        guard let end, start <= end else { return nil }
        return start < count ? start..<min(end, count - 1) + 1 : 0..<0
    }

    /// A decimal number, `Int.max` when it is greater; `nil` when it is none.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.allSatisfy(Bytes.isDigit) else { return nil }
        return digits.reduce(0) { sum, digit in
            let (tens, isGreat) = sum.multipliedReportingOverflow(by: 10)
            let (next, isGreater) = tens.addingReportingOverflow(Int(digit - 0x30))
            return isGreat || isGreater ? .max : next
        }
    }
}
