/// An order that the gate approved and that may still fill.
public struct WorkingOrder: Fields, Hashable, Sendable {
    public var created = Timestamp.zero
    public var filled: Int64 = 0
    /// `ord-DESK-SEQUENCE`: the venue knows it by this.
    public var id = ""
    /// How many full reconciliations in a row have not found it at the venue.
    public var missing: Int64 = 0
    public var phase: Int64 = 0
    public var price: Int64 = 0
    public var quantity: Int64 = 0
    public var reduceOnly = false
    public var side = Side.buy
    public var signalId = ""
    public var state = OrderState.pending
    public var symbol: Int64 = 0
    /// Whether a cancel has been asked for.
    public var withdrawn = false
    /// When it was last asked for.
    public var withdrawnAt = Timestamp.zero

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.time("created", &created)
        coder.decimal("filled", &filled)
        coder.text("id", &id)
        coder.integer("missing", &missing)
        coder.integer("phase", &phase)
        coder.decimal("price", &price)
        coder.decimal("quantity", &quantity)
        coder.flag("reduce_only", &reduceOnly)
        coder.word("side", &side)
        coder.text("signal_id", &signalId)
        coder.word("state", &state)
        coder.integer("symbol", &symbol)
        coder.flag("withdrawn", &withdrawn)
        coder.time("withdrawn_at", &withdrawnAt)
    }

    /// What may still fill.
    public var open: Int64 { max(0, quantity - filled) }
}

/// How far an order is known to have come.
public enum OrderState: UInt8, Coded {
    /// Recorded; the dispatcher has not said that it left.
    case pending = 0
    case sent = 1
    /// It may or may not have reached the venue: only the venue can tell.
    case unknown = 2
    case accepted = 3

    public var name: StaticString {
        switch self {
        case .pending: "pending"
        case .sent: "sent"
        case .unknown: "unknown"
        case .accepted: "accepted"
        }
    }
}
