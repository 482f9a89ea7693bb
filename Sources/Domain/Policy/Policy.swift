public import Crypto

/// The effective risk limits: everything that decides whether an order passes stands here.
///
/// Numbers are integers in the unit that each comment names. Source: domain-contract 4.1; the keys
/// from `maxOrderNotional` on that the existing file lacks are ours.
public struct Policy: Hashable, Sendable {
    /// Units of 10⁻⁸ of a fraction.
    public var correlationPenalty: Int64 = 50_000_000
    /// Milliseconds since 1970.
    public var lastUpdated: Int64 = 0
    /// Units of 10⁻⁸ × equity.
    public var maxAccountLeverage: Int64 = 10 * Decimal8.one
    /// Units of 10⁻⁸.
    public var maxCorrelation: Int64 = 70_000_000
    /// Dollars in units of 10⁻⁸, zero or negative: the most that a UTC day may lose.
    public var maxDailyLoss: Int64 = -1000 * Decimal8.one
    public var maxOpenOrdersPerSymbol: Int64 = 5
    /// Dollars in units of 10⁻⁸: one order.
    public var maxOrderNotional: Int64 = 10_000 * Decimal8.one
    /// Dollars in units of 10⁻⁸: one symbol's position, every working order filled.
    public var maxPositionNotional: Int64 = 50_000 * Decimal8.one
    /// Milliseconds a signal may be old.
    public var maxSignalAgeMs: Int64 = 5000
    /// Basis points between an order's limit price and the market.
    public var maxSlippageBps: Int64 = 100
    /// Milliseconds the market price may be old.
    public var maxStalenessMs: Int64 = 5000
    /// Units of 10⁻⁸, 0 to 1.
    public var minConfidenceScore: Int64 = 70_000_000
    /// Units of 10⁻⁸ × volatility.
    public var minStopDistanceMultiplier: Int64 = 150_000_000
    /// In the order that gives each symbol its index.
    public var symbolWhitelist: [String] = ["BTC/USDT", "ETH/USDT", "SOL/USDT"]
    /// Truth score in whole points under which the breaker goes to DEFENSIVE.
    public var truthDefensiveBelow: Int64 = 50
    /// Truth score in whole points under which no new risk is taken.
    public var truthOpenBelow: Int64 = 80
    public var version: Int64 = 1

    public init() {}

    /// The index of a symbol in any spelling that the bus uses: `BTC/USDT`, `BTC_USDT`, `BTCUSDT`.
    public func index(of symbol: String) -> Int? {
        symbolWhitelist.firstIndex { Self.isSame($0, symbol) }
    }

    /// Whether two spellings differ in their separators only. Compared in place: every message asks.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        var rest = other.utf8.makeIterator()
        for byte in one.utf8 where !isSeparator(byte) {
            var next = rest.next()
            while let byte = next, isSeparator(byte) { next = rest.next() }
            if next != byte { return false }
        }
        while let byte = rest.next() {
            if !isSeparator(byte) { return false }
        }
        return true
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "_")
    }

    static func plain(_ symbol: String) -> [UInt8] {
        symbol.utf8.filter { !isSeparator($0) }
    }

    /// The hash that every decision and intent carries: SHA-256 of the RFC 8785 form.
    public var hash: Digest256 { SHA256.hash(canonical) }

    /// The RFC 8785 form.
    public var canonical: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for key in PolicyKey.all {
            writer.key(key.name)
            switch key.place {
            case .decimal(let path): writer.number(self[keyPath: path])
            case .whole(let path): writer.integer(self[keyPath: path])
            }
            if key.name == "minStopDistanceMultiplier" {
                writer.key("symbolWhitelist")
                writer.beginArray()
                for symbol in symbolWhitelist { writer.string(symbol) }
                writer.endArray()
            }
        }
        writer.endObject()
        return writer.bytes
    }
}

/// One number of the policy: its key and what it may be.
struct PolicyKey {
    enum Place {
        case decimal(any WritableKeyPath<Policy, Int64> & Sendable)
        case whole(any WritableKeyPath<Policy, Int64> & Sendable)
    }

    let name: String
    let place: Place
    /// In the units of the place.
    let range: ClosedRange<Int64>

    /// In canonical order; `symbolWhitelist`, the one list, stands after
    /// `minStopDistanceMultiplier`.
    static let all: [PolicyKey] = [
        .init("correlationPenalty", .decimal(\.correlationPenalty), 0...1),
        .init("lastUpdated", .whole(\.lastUpdated), 0...999_999_999_999_999),
        .init("maxAccountLeverage", .decimal(\.maxAccountLeverage), 0...100),
        .init("maxCorrelation", .decimal(\.maxCorrelation), -1...1),
        .init("maxDailyLoss", .decimal(\.maxDailyLoss), -1_000_000_000...0),
        .init("maxOpenOrdersPerSymbol", .whole(\.maxOpenOrdersPerSymbol), 0...1000),
        .init("maxOrderNotional", .decimal(\.maxOrderNotional), 0...1_000_000_000),
        .init("maxPositionNotional", .decimal(\.maxPositionNotional), 0...1_000_000_000),
        .init("maxSignalAgeMs", .whole(\.maxSignalAgeMs), 0...600_000),
        .init("maxSlippageBps", .whole(\.maxSlippageBps), 0...10_000),
        .init("maxStalenessMs", .whole(\.maxStalenessMs), 0...600_000),
        .init("minConfidenceScore", .decimal(\.minConfidenceScore), 0...1),
        .init("minStopDistanceMultiplier", .decimal(\.minStopDistanceMultiplier), 0...1000),
        .init("truthDefensiveBelow", .whole(\.truthDefensiveBelow), 0...100),
        .init("truthOpenBelow", .whole(\.truthOpenBelow), 0...100),
        .init("version", .whole(\.version), 0...999_999_999),
    ]

    private init(_ name: String, _ place: Place, _ range: ClosedRange<Int64>) {
        self.name = name
        self.place = place
        switch place {
        case .whole: self.range = range
        case .decimal:
            self.range = range.lowerBound * Decimal8.one...range.upperBound * Decimal8.one
        }
    }
}
