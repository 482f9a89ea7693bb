public import Domain

/// One minute of a market: where it began and ended, and how far it went. Units of 10⁻⁸.
public struct Bar: Hashable, Sendable {
    public let time: Timestamp
    public let open: Int64
    public let high: Int64
    public let low: Int64
    public let close: Int64
    public let volume: Int64

    /// The four prices in the order in which they are taken to have come: a rising minute fell
    /// first, a falling one rose first; a level one as `lowFirst` says.
    func path(lowFirst: Bool) -> [Int64] {
        let fellFirst = close == open ? lowFirst : close > open
        return fellFirst ? [open, low, high, close] : [open, high, low, close]
    }
}

/// Why a file of bars cannot be used, and where.
public enum BarFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file as a whole: missing, too large, not readable, damaged.
    case file(String, what: String)
    /// One field. `line` and `column` count from 1; column 0 is the whole row.
    case row(file: String, line: Int, column: Int, expected: String)

    public var description: String {
        switch self {
        case .file(let file, let what): "\(file): \(what)"
        case .row(let file, let line, 0, let expected):
            "\(file), line \(line): expected \(expected)"
        case .row(let file, let line, let column, let expected):
            "\(file), line \(line), column \(column) (\(BarReader.columns[column - 1])): "
                + "expected \(expected)"
        }
    }
}
