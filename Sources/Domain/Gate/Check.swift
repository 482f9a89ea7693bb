/// The checks of the gate, in the order in which they are made and shown.
///
/// The name is the stable code that a denial carries.
public enum Check: UInt8, Coded {
    case breakerHalted = 0
    case notArmed = 1
    case symbolNotWhitelisted = 2
    case sizeInvalid = 3
    case priceInvalid = 4
    case timeInvalid = 5
    case signalStale = 6
    case duplicateSignal = 7
    case marketStale = 8
    case priceCollar = 9
    case truthLow = 10
    case confidenceLow = 11
    case orderNotional = 12
    case positionNotional = 13
    case leverage = 14
    case dailyLoss = 15
    case openOrders = 16
    case reduceOnly = 17

    public var name: StaticString {
        switch self {
        case .breakerHalted: "breaker_halted"
        case .notArmed: "not_armed"
        case .symbolNotWhitelisted: "symbol_not_whitelisted"
        case .sizeInvalid: "size_invalid"
        case .priceInvalid: "price_invalid"
        case .timeInvalid: "time_invalid"
        case .signalStale: "signal_stale"
        case .duplicateSignal: "duplicate_signal"
        case .marketStale: "market_stale"
        case .priceCollar: "price_collar"
        case .truthLow: "truth_low"
        case .confidenceLow: "confidence_low"
        case .orderNotional: "order_notional"
        case .positionNotional: "position_notional"
        case .leverage: "leverage"
        case .dailyLoss: "daily_loss"
        case .openOrders: "open_orders"
        case .reduceOnly: "reduce_only"
        }
    }

    public var unit: Unit {
        switch self {
        case .breakerHalted, .notArmed, .symbolNotWhitelisted, .timeInvalid, .duplicateSignal: .flag
        case .sizeInvalid, .reduceOnly: .quantity
        case .priceInvalid: .price
        case .signalStale, .marketStale: .milliseconds
        case .priceCollar: .basisPoints
        case .truthLow, .confidenceLow: .score
        case .orderNotional, .positionNotional, .dailyLoss: .dollars
        case .leverage: .times
        case .openOrders: .count
        }
    }
}

/// What a check's numbers count. All are in units of 10⁻⁸ of it, but for flags and counts.
public enum Unit: Sendable {
    case flag, quantity, price, milliseconds, basisPoints, score, dollars, times, count

    public var name: StaticString {
        switch self {
        case .flag: "flag"
        case .quantity: "base"
        case .price: "USD"
        case .milliseconds: "ms"
        case .basisPoints: "bps"
        case .score: "points"
        case .dollars: "USD"
        case .times: "x"
        case .count: "count"
        }
    }

    public var isWhole: Bool { self == .flag || self == .count }
}

/// One check's outcome with the numbers that decided it.
public struct CheckResult: Hashable, Sendable {
    public let check: Check
    public let passed: Bool
    public let value: Int64
    public let limit: Int64
    /// How far the value is on the good side of the limit; negative when it is not.
    public let margin: Int64

    @inlinable
    public init(check: Check, passed: Bool, value: Int64, limit: Int64, margin: Int64) {
        self.check = check
        self.passed = passed
        self.value = value
        self.limit = limit
        self.margin = margin
    }
}
