/// The moment a response is made, as its `date` field says it. Source: RFC 9110, section 5.6.7.
///
/// Wire has no clock: the owner makes one of these each second.
public struct HTTPDate: Sendable {
    /// 29 bytes, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    let bytes: [UInt8]

    public var text: String { Bytes.text(bytes) }

    /// - Parameter seconds: since 1970, UTC, not before.
    public init(seconds: Int64) {
        let seconds = max(0, seconds)
        let (days, second) = (seconds / 86_400, seconds % 86_400)
        let (year, month, day) = Self.civil(days: days)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(29)
        bytes.append(contentsOf: Self.name(of: (days + 4) % 7, in: "SunMonTueWedThuFriSat"))
        bytes.append(", ")
        Self.append(day, digits: 2, to: &bytes)
        bytes.append(" ")
        bytes.append(
            contentsOf: Self.name(of: month - 1, in: "JanFebMarAprMayJunJulAugSepOctNovDec"))
        bytes.append(" ")
        Self.append(year, digits: 4, to: &bytes)
        for (separator, value) in [
            (" ", second / 3600), (":", second / 60 % 60), (":", second % 60),
        ]
            as [(StaticString, Int64)]
        {
            bytes.append(separator)
            Self.append(value, digits: 2, to: &bytes)
        }
        bytes.append(" GMT")
        self.bytes = bytes
    }

    /// The Gregorian date of a day since 1970.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func name(of index: Int64, in names: String) -> Substring.UTF8View {
        names.dropFirst(3 * Int(index)).prefix(3).utf8
    }

    private static func append(_ number: Int64, digits: Int, to bytes: inout [UInt8]) {
        var divisor: Int64 = digits == 4 ? 1000 : 10
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
