/// One execution, as the venue reports it.
public struct Fill: Fields, Hashable, Sendable {
    public var executionId = ""
    public var fee: Int64 = 0
    public var orderId = ""
    public var price: Int64 = 0
    public var quantity: Int64 = 0
    public var side = Side.buy
    public var symbol = ""
    public var time = Timestamp.zero

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.text("execution_id", &executionId)
        coder.decimal("fee", &fee)
        coder.text("order_id", &orderId)
        coder.decimal("price", &price)
        coder.decimal("quantity", &quantity)
        coder.word("side", &side)
        coder.text("symbol", &symbol)
        coder.time("time", &time)
    }
}

/// What became of an order, other than a fill.
public struct OrderReport: Fields, Hashable, Sendable {
    public var orderId = ""
    public var reason = ""
    public var status = ReportStatus.accepted

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.text("order_id", &orderId)
        coder.text("reason", &reason)
        coder.word("status", &status)
    }
}

public enum ReportStatus: UInt8, Coded {
    case accepted = 0
    case rejected = 1
    case canceled = 2
    case expired = 3

    public var name: StaticString {
        switch self {
        case .accepted: "ACCEPTED"
        case .rejected: "REJECTED"
        case .canceled: "CANCELED"
        case .expired: "EXPIRED"
        }
    }
}

/// The venue's own books at one moment.
public struct VenueSnapshot: Fields, Hashable, Sendable {
    /// Total balance; missing when the venue did not say.
    public var cashKnown = false
    public var cashTotal: Int64 = 0
    /// How many executions the venue has ever made on the account.
    public var executions: Int64 = 0
    public var made = Timestamp.zero
    public var orders: [VenueOrder] = []
    public var positions: [VenuePosition] = []
    /// The latest executions, oldest first.
    public var recent: [Fill] = []
    public var sequence: Int64 = 0

    public init() {}

    public var cash: Int64? { cashKnown ? cashTotal : nil }

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.flag("cash_known", &cashKnown)
        coder.decimal("cash_total", &cashTotal)
        coder.integer("executions", &executions)
        coder.time("made", &made)
        coder.list("orders", &orders)
        coder.list("positions", &positions)
        coder.list("recent", &recent)
        coder.integer("sequence", &sequence)
    }
}

/// An order that the venue works.
public struct VenueOrder: Fields, Hashable, Sendable {
    public var id = ""
    /// What may still fill.
    public var open: Int64 = 0
    public var symbol = ""

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.text("id", &id)
        coder.decimal("open", &open)
        coder.text("symbol", &symbol)
    }
}

/// A signed position as the venue holds it.
public struct VenuePosition: Fields, Hashable, Sendable {
    public var quantity: Int64 = 0
    public var symbol = ""

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.decimal("quantity", &quantity)
        coder.text("symbol", &symbol)
    }
}
