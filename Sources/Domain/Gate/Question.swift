/// Everything that the checks read, and nothing else: a flat struct of integers, so that an answer
/// is a function of it and of the policy its hash names.
public struct Question: Fields, Hashable, Sendable {
    /// Whether the desk is armed.
    public var armed = false
    /// Best ask and bid of the reference market, units of 10⁻⁸ of a dollar; 0 when unknown.
    public var ask: Int64 = 0
    public var bid: Int64 = 0
    public var breaker = BreakerState.halted
    /// The phase's own confidence, units of 10⁻⁸ of 1; −1 when it named none.
    public var confidence: Int64 = -1
    /// What the UTC day has lost so far, realised and unrealised, ≥ 0.
    public var dayLoss: Int64 = 0
    public var defects: Defects = []
    /// Whether this signal has been decided before.
    public var duplicate = false
    public var equity: Int64 = 0
    /// Worth of every position and working order at worst, this symbol's left out.
    public var exposureElsewhere: Int64 = 0
    /// Microseconds since the reference price was true; negative when unknown.
    public var marketAge: Int64 = -1
    public var origin = Origin.signal
    /// Signed position in the symbol.
    public var position: Int64 = 0
    /// The limit price.
    public var price: Int64 = 0
    /// Unsigned amount asked for.
    public var quantity: Int64 = 0
    public var side = Side.buy
    /// Microseconds since the signal was made; negative when its time lies ahead.
    public var signalAge: Int64 = 0
    /// Index in the policy's whitelist, −1 when it is not there.
    public var symbol: Int64 = -1
    /// The score in basis points of 100.
    public var truth: Int64 = 0
    /// Unfilled amounts of the working orders in the symbol.
    public var workingBuys: Int64 = 0
    public var workingCount: Int64 = 0
    public var workingSells: Int64 = 0

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.flag("armed", &armed)
        coder.decimal("ask", &ask)
        coder.decimal("bid", &bid)
        coder.word("breaker", &breaker)
        coder.decimal("confidence", &confidence)
        coder.decimal("day_loss", &dayLoss)
        coder.integer("defects", &defects.rawValue)
        coder.flag("duplicate", &duplicate)
        coder.decimal("equity", &equity)
        coder.decimal("exposure_elsewhere", &exposureElsewhere)
        coder.integer("market_age_us", &marketAge)
        coder.word("origin", &origin)
        coder.decimal("position", &position)
        coder.decimal("price", &price)
        coder.decimal("quantity", &quantity)
        coder.word("side", &side)
        coder.integer("signal_age_us", &signalAge)
        coder.integer("symbol", &symbol)
        coder.integer("truth_basis_points", &truth)
        coder.decimal("working_buys", &workingBuys)
        coder.integer("working_count", &workingCount)
        coder.decimal("working_sells", &workingSells)
    }
}

/// What was wrong with a signal's fields before any limit was looked at.
public struct Defects: OptionSet, Hashable, Sendable {
    public var rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// The size is missing, not a number, zero, negative or out of range.
    public static let size = Defects(rawValue: 1)
    /// The price is missing, not a number, zero, negative or out of range.
    public static let price = Defects(rawValue: 2)
    /// The time is missing or not a number.
    public static let time = Defects(rawValue: 4)
    /// The confidence is not a number from 0 to 1.
    public static let confidence = Defects(rawValue: 8)
}

/// Who asked for an order.
public enum Origin: UInt8, Coded {
    case signal = 0
    /// An operator's FLATTEN: the one origin that passes while HALTED, and only reducing.
    case flatten = 1

    public var name: StaticString { self == .signal ? "signal" : "flatten" }
}
