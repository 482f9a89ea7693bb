/// Microseconds since 1970-01-01T00:00:00Z. Always handed in, never read from a clock.
public struct Timestamp: Hashable, Comparable, Sendable {
    public var microseconds: Int64
    @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }
    public static let zero = Timestamp(microseconds: 0)

    @inlinable public static func < (one: Timestamp, other: Timestamp) -> Bool {
        one.microseconds < other.microseconds
    }

    /// Milliseconds since 1970, as the bus's messages carry them.
    public var milliseconds: Int64 { microseconds / 1000 }

    public init(milliseconds: Int64) {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1000)
        microseconds = overflow ? (milliseconds < 0 ? .min : .max) : product
    }

    /// Microseconds from `earlier` to this; held within range.
    @inlinable public func since(_ earlier: Timestamp) -> Int64 {
        let (difference, overflow) = microseconds.subtractingReportingOverflow(earlier.microseconds)
        return overflow ? (microseconds < 0 ? .min : .max) : difference
    }

    public func adding(microseconds more: Int64) -> Timestamp {
        let (sum, overflow) = microseconds.addingReportingOverflow(more)
        return Timestamp(microseconds: overflow ? (more < 0 ? .min : .max) : sum)
    }

    /// The UTC day, counted from 1970-01-01.
    public var day: Int64 {
        let day: Int64 = 86_400_000_000
        let (whole, rest) = microseconds.quotientAndRemainder(dividingBy: day)
        return rest < 0 ? whole - 1 : whole
    }

    /// RFC 3339 with microseconds: `2026-11-24T14:00:00.123456Z`.
    public var text: String {
        let (year, month, date) = Self.civil(day)
        let inDay = ((microseconds % 86_400_000_000) + 86_400_000_000) % 86_400_000_000
        let seconds = inDay / 1_000_000
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(date, 2) + "T"
            + padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":"
            + padded(seconds % 60, 2) + "." + padded(inDay % 1_000_000, 6) + "Z"
    }

    /// Year, month and day of a day number.
    ///
    /// Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    private static func civil(_ day: Int64) -> (Int64, Int64, Int64) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let date = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (year + era * 400 + (month <= 2 ? 1 : 0), month, date)
    }
}
