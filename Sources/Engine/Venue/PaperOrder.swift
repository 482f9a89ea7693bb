import Domain
import Platform

/// An order that the venue works.
struct PaperOrder: Fields, Hashable {
    /// Whether its latency is over: reported as accepted, and may fill.
    var accepted = false
    /// When its latency is over.
    var activates = Timestamp.zero
    /// When the venue withdraws it by itself; zero: never. Only foreign orders are.
    var expires = Timestamp.zero
    var filled: Int64 = 0
    var id = ""
    var price: Int64 = 0
    var quantity: Int64 = 0
    var reduceOnly = false
    var side = Side.buy
    var signalId = ""
    /// As written in the policy: `BTC/USDT`.
    var symbol = ""

    mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.flag("accepted", &accepted)
        coder.time("activates", &activates)
        coder.time("expires", &expires)
        coder.decimal("filled", &filled)
        coder.text("id", &id)
        coder.decimal("price", &price)
        coder.decimal("quantity", &quantity)
        coder.flag("reduce_only", &reduceOnly)
        coder.word("side", &side)
        coder.text("signal_id", &signalId)
        coder.text("symbol", &symbol)
    }

    var open: Int64 { quantity - filled }
    var isForeign: Bool { expires != .zero }
}

/// How an order ended, kept so that the same order never comes to life twice.
struct FinishedOrder: Fields, Hashable {
    var id = ""
    var outcome = FinishedOutcome.filled
    /// Why, when it was not filled.
    var reason = ""

    init() {}

    init(_ id: String, _ outcome: FinishedOutcome, reason: String = "") {
        (self.id, self.outcome, self.reason) = (id, outcome, reason)
    }

    mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.text("id", &id)
        coder.word("outcome", &outcome)
        coder.text("reason", &reason)
    }
}

enum FinishedOutcome: UInt8, Coded {
    case filled = 0
    case canceled = 1
    case rejected = 2

    var name: StaticString {
        switch self {
        case .filled: "FILLED"
        case .canceled: "CANCELED"
        case .rejected: "REJECTED"
        }
    }
}

/// Orders that have ended, the oldest first, and where each is.
struct FinishedOrders: Fields, Hashable {
    private var orders: [FinishedOrder] = []
    /// Looked up only, never walked.
    private var places: [String: Int] = [:]

    init() {}

    mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.list("orders", &orders)
        if places.count != orders.count { index() }
    }

    var count: Int { orders.count }

    subscript(id: String) -> FinishedOrder? { places[id].map { orders[$0] } }

    /// Remembers one; the oldest half goes when there are twice as many as there should be.
    mutating func append(_ order: FinishedOrder) {
        if places[order.id] != nil { return }
        places[order.id] = orders.count
        orders.append(order)
        if orders.count >= 2 * Limits.Venue.finishedOrdersMaximum {
            orders.removeFirst(orders.count - Limits.Venue.finishedOrdersMaximum)
            index()
        }
    }

    private mutating func index() {
        places = [:]
        for (place, order) in orders.enumerated() { places[order.id] = place }
    }
}
