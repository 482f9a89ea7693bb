import Domain
import Platform

/// Reads the lines of a file of bars: `timestamp,open,high,low,close,volume`.
struct BarReader {
    static let columns = ["timestamp", "open", "high", "low", "close", "volume"]

    private let file: String
    private var line = 0
    private(set) var bars: [Bar] = []

    init(file: String) { self.file = file }

    /// Takes the next line, without its end.
    mutating func take(_ bytes: ArraySlice<UInt8>) throws(BarFileError) {
        line += 1
        let row = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
        guard let text = String(validating: row, as: UTF8.self) else {
            throw error(0, "UTF-8 text")
        }
        if line == 1 {
            let header = Self.columns.joined(separator: ",")
            guard text == header else { throw error(0, "the header \(header)") }
            return
        }
        guard bars.count < Limits.Market.barsMaximum else {
            throw error(0, "at most \(Limits.Market.barsMaximum) bars")
        }
        bars.append(try bar(text.split(separator: ",", omittingEmptySubsequences: false)))
    }

    /// The end of the file: says so when there was nothing in it.
    func finish() throws(BarFileError) {
        if line == 0 { throw .file(file, what: "the file is empty") }
        if bars.isEmpty { throw .file(file, what: "the file has a header and no bars") }
    }

    /// A line that never ends.
    func tooLong() -> BarFileError {
        .row(
            file: file, line: line + 1, column: 0,
            expected: "a line of at most \(Limits.Market.lineBytesMaximum) bytes")
    }

    private func bar(_ fields: [Substring]) throws(BarFileError) -> Bar {
        guard fields.count == Self.columns.count else {
            throw error(0, "\(Self.columns.count) columns, found \(fields.count)")
        }
        let bar = Bar(
            time: try time(fields[0]), open: try price(fields, 1), high: try price(fields, 2),
            low: try price(fields, 3), close: try price(fields, 4), volume: try volume(fields[5]))
        if bar.low > bar.high { throw error(4, "at most the high, found \(fields[3])") }
        if bar.open < bar.low || bar.open > bar.high {
            throw error(2, "a price from low to high, found \(fields[1])")
        }
        if bar.close < bar.low || bar.close > bar.high {
            throw error(5, "a price from low to high, found \(fields[4])")
        }
        return bar
    }

    private func time(_ field: Substring) throws(BarFileError) -> Timestamp {
        guard let time = Self.time(of: field) else {
            throw error(1, "a time such as 2022-01-01 00:00:00, found \(Self.shown(field))")
        }
        if let last = bars.last, time <= last.time {
            throw error(1, "a time after the line before, found \(Self.shown(field))")
        }
        return time
    }

    private func price(_ fields: [Substring], _ index: Int) throws(BarFileError) -> Int64 {
        // A billion dollars: products with it stay far inside 128 bits.
        guard let price = Self.decimal(fields[index]), price > 0,
            price <= 1_000_000_000 * Decimal8.one
        else {
            throw error(index + 1, "a positive price, found \(Self.shown(fields[index]))")
        }
        return price
    }

    private func volume(_ field: Substring) throws(BarFileError) -> Int64 {
        guard let volume = Self.decimal(field), volume >= 0 else {
            throw error(6, "a volume of 0 or more, found \(Self.shown(field))")
        }
        return volume
    }

    /// A decimal; digits after the eighth are cut off, for files are written from binary floats
    /// (`218102.59507500002`).
    private static func decimal(_ field: Substring) -> Int64? {
        guard let point = field.firstIndex(of: "."),
            let end = field.index(point, offsetBy: 9, limitedBy: field.endIndex),
            field[end...].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return Decimal8.parse(field) }
        return Decimal8.parse(field[..<end])
    }

    private func error(_ column: Int, _ expected: String) -> BarFileError {
        .row(file: file, line: line, column: column, expected: expected)
    }

    /// A field in quotes, short and without anything that could upset a terminal.
    private static func shown(_ field: Substring) -> String {
        let plain = field.unicodeScalars.prefix(40).map { $0.isASCII && $0.value >= 32 ? $0 : "?" }
        return "\"" + String(String.UnicodeScalarView(plain)) + "\""
    }

    /// `YYYY-MM-DD HH:MM:SS` with `T` for the blank, a fraction of up to six digits and `Z` allowed.
    static func time(of field: Substring) -> Timestamp? {
        let bytes = Array(field.utf8)
        guard bytes.count >= 19, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: " ") || bytes[10] == UInt8(ascii: "T"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]),
            let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            let micros = fraction(bytes[19...]), year >= 1970, (1...12).contains(month),
            (1...days(in: month, of: year)).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        let seconds =
            (civil(year, month, day) * 24 + hour) * 3600 + minute * 60 + second
        return Timestamp(microseconds: seconds * 1_000_000 + micros)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - 0x30)
        }
        return value
    }

    /// Microseconds of `.123`; 0 of nothing; `nil` of anything else.
    private static func fraction(_ rest: ArraySlice<UInt8>) -> Int64? {
        let rest = rest.last == UInt8(ascii: "Z") ? rest.dropLast() : rest
        guard let point = rest.first else { return 0 }
        let digits = rest.dropFirst()
        guard point == UInt8(ascii: "."), (1...6).contains(digits.count),
            let value = number(digits)
        else { return nil }
        return (digits.count..<6).reduce(value) { value, _ in value * 10 }
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// The day's number from 1970-01-01.
    ///
    /// Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    private static func civil(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }
}
