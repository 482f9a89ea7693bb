/// What the sender of a request takes, and how gladly: `accept`, `accept-encoding`.
///
/// A member with a malformed weight is passed over. Source: RFC 9110, section 12.4.2.
public struct WeightedList: Sendable {
    /// Names in lower case, weights in thousandths.
    private var members: [(name: String, weight: Int)] = []

    /// Reads all fields of this name, which is given in lower case.
    public init(_ name: StaticString, in fields: HeaderBlock) {
        switch fields.count(of: name) {
        case 0: return
        case 1: read(fields.bytes(of: name) ?? [])
        default:
            for field in fields where Bytes.equal(field.name.span, name) { read(field.value) }
        }
    }

    /// The weight of a member, which is given in lower case; `nil` when it is not named. Of two
    /// weights the first counts.
    public subscript(name: String) -> Int? {
        members.first { $0.name == name }?.weight
    }

    private mutating func read(_ value: ArraySlice<UInt8>) {
        for member in value.split(separator: UInt8(ascii: ",")) {
            let parts = member.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            let name = parts[0][Bytes.trimmed(parts[0])]
            guard !name.isEmpty, let weight = Self.weight(parts.dropFirst()) else { continue }
            members.append((Bytes.text(name.map(Bytes.lowercase)), weight))
        }
    }

    /// The weight among a member's parameters: 1000 when there is none, `nil` when it is malformed.
    private static func weight(_ parameters: ArraySlice<ArraySlice<UInt8>>) -> Int? {
        for parameter in parameters {
            let text = parameter[Bytes.trimmed(parameter)]
            guard text.count >= 2, text.first.map(Bytes.lowercase) == UInt8(ascii: "q"),
                text[text.startIndex + 1] == UInt8(ascii: "=")
            else { continue }
            return thousandths(text.dropFirst(2))
        }
        return 1000
    }

    /// `0`, `0.25`, `1.000`.
    private static func thousandths(_ text: ArraySlice<UInt8>) -> Int? {
        guard let whole = text.first, Bytes.isDigit(whole), text.count <= 5 else { return nil }
        var rest = text.dropFirst()
        if let point = rest.popFirst(), point != UInt8(ascii: ".") { return nil }
        guard rest.allSatisfy(Bytes.isDigit) else { return nil }
        var (value, place) = (Int(whole - 0x30) * 1000, 100)
        for digit in rest {
            value += Int(digit - 0x30) * place
            place /= 10
        }
        return value <= 1000 ? value : nil
    }
}

extension Bytes {
    /// Where in a slice the bytes without spaces and tabs at either end lie.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> Range<Int> {
        let range = trimmed(bytes.span, in: 0..<bytes.count)
        return bytes.startIndex + range.lowerBound..<bytes.startIndex + range.upperBound
    }
}
