import Domain

/// What a paper venue does wrong, and how often. Faults act on what it publishes, or on the account
/// by foreign orders; its own books stay true, and the next snapshot tells them.
public struct VenueFaults: Hashable, Sendable {
    /// All chances count millionths.
    public var loseFill: Int64 = 0
    public var doubleFill: Int64 = 0
    public var delayFill: Int64 = 0
    /// Microseconds that a delayed fill is late.
    public var fillDelay: Int64 = 0
    /// The ACCEPTED report is never published.
    public var dropAcknowledgement: Int64 = 0
    public var reject: Int64 = 0
    /// Microseconds between two orders that somebody else places on the account; 0: never.
    public var foreignOrderInterval: Int64 = 0
    /// Microseconds from the venue's start in which it errs; after them it does everything right.
    public var lasting = Int64.max

    public init() {}

    /// The words of a specification, in the order in which they are explained.
    static let names = [
        "lose-fill", "double-fill", "delay-fill", "drop-ack", "foreign-order", "reject", "for",
    ]

    /// Reads `lose-fill=5%,double-fill=2%,delay-fill=10%:3s,drop-ack=5%,foreign-order=1/60s,reject=1%`,
    /// and `for=30s` when all of it ends 30 s after the venue's start; an empty text means no faults.
    public init(_ specification: String) throws(VenueFaultsError) {
        self.init()
        if specification.isEmpty { return }
        var seen: [Substring] = []
        for item in specification.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, Self.names.contains(String(parts[0])) else {
                throw VenueFaultsError(
                    item: String(item),
                    expected: "one of \(Self.names.joined(separator: ", ")) and a value after \"=\""
                )
            }
            guard !seen.contains(parts[0]) else {
                throw VenueFaultsError(item: String(item), expected: "\(parts[0]) once")
            }
            seen.append(parts[0])
            try set(parts[0], parts[1], item: String(item))
        }
        guard loseFill + delayFill <= 1_000_000 else {
            throw VenueFaultsError(
                item: specification, expected: "lose-fill and delay-fill of at most 100% together")
        }
    }

    private mutating func set(
        _ name: Substring, _ value: Substring, item: String
    ) throws(VenueFaultsError) {
        switch name {
        case "lose-fill": loseFill = try Self.chance(value, item)
        case "double-fill": doubleFill = try Self.chance(value, item)
        case "drop-ack": dropAcknowledgement = try Self.chance(value, item)
        case "reject": reject = try Self.chance(value, item)
        case "delay-fill":
            let parts = value.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let delay = Self.duration(parts[1]) else {
                throw VenueFaultsError(
                    item: item, expected: "a chance and a delay, such as 10%:3s")
            }
            delayFill = try Self.chance(parts[0], item)
            fillDelay = delay
        case "for":
            guard let duration = Self.duration(value) else {
                throw VenueFaultsError(item: item, expected: "a duration, such as 30s")
            }
            lasting = duration
        default:
            guard value.hasPrefix("1/"), let interval = Self.duration(value.dropFirst(2)) else {
                throw VenueFaultsError(item: item, expected: "one per duration, such as 1/60s")
            }
            foreignOrderInterval = interval
        }
    }

    /// `5%` or `0.5%` in millionths.
    private static func chance(
        _ text: Substring, _ item: String
    ) throws(VenueFaultsError) -> Int64 {
        guard text.last == "%", let units = Decimal8.parse(text.dropLast()),
            (0...100 * Decimal8.one).contains(units), units % 10_000 == 0
        else {
            throw VenueFaultsError(
                item: item, expected: "a chance from 0% to 100% with at most four decimals")
        }
        return units / 10_000
    }

    /// `500ms`, `3s` or `2m` in microseconds: positive, at most a day.
    private static func duration(_ text: Substring) -> Int64? {
        let units: [(String, Int64)] = [("ms", 1_000), ("s", 1_000_000), ("m", 60_000_000)]
        for (suffix, scale) in units where text.hasSuffix(suffix) {
            let digits = text.dropLast(suffix.utf8.count)
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let count = Int64(digits), (1...86_400_000_000 / scale).contains(count)
            else { return nil }
            return count * scale
        }
        return nil
    }
}

/// Which part of a specification is wrong, and what should stand there.
public struct VenueFaultsError: Error, Hashable, Sendable, CustomStringConvertible {
    public let item: String
    public let expected: String

    public var description: String { "venue faults: \"\(item)\": expected \(expected)" }
}
