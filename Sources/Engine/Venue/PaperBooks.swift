import Domain
import Platform

/// What the venue knows of the account: made by its records alone, so that a restart finds the same.
struct PaperBooks: Fields, Hashable {
    /// Dollars: every purchase, sale and fee is in it.
    var cash: Int64 = 0
    /// How many executions there have ever been.
    var executions: Int64 = 0
    var fees: Int64 = 0
    var finished = FinishedOrders()
    /// How many orders somebody else has ever placed.
    var foreignOrders: Int64 = 0
    /// The highest seen in a halt or an intent.
    var haltEpoch: UInt64 = 0
    /// In order of arrival.
    var orders: [PaperOrder] = []
    /// In order of their symbols; none is flat.
    var positions: [PaperPosition] = []
    /// The latest executions, oldest first.
    var recent: [PaperExecution] = []
    /// No snapshot has had a number above this.
    var sequence: Int64 = 0
    /// Part of every execution's id: says which account, for it was opened at that time.
    var tag = ""

    mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.decimal("cash", &cash)
        coder.integer("executions", &executions)
        coder.decimal("fees", &fees)
        coder.object("finished", &finished)
        coder.integer("foreign_orders", &foreignOrders)
        coder.number("halt_epoch", &haltEpoch)
        coder.list("orders", &orders)
        coder.list("positions", &positions)
        coder.list("recent", &recent)
        coder.integer("sequence", &sequence)
        coder.text("tag", &tag)
    }

    /// The signed amount held in a symbol.
    func position(_ symbol: String) -> Int64 {
        positions.first { $0.symbol == symbol }?.quantity ?? 0
    }

    /// What the reduce-only orders of one side may still take from the position.
    func reducible(_ symbol: String, _ side: Side) -> Int64 {
        let held = position(symbol)
        guard held != 0, (held > 0) == (side == .sell) else { return 0 }
        let working = orders.filter { $0.symbol == symbol && $0.side == side && $0.reduceOnly }
        return Int64(held.magnitude) - working.reduce(0) { $0 + $1.open }
    }

    /// The one way in which the books change.
    mutating func apply(_ record: PaperRecord) {
        switch record {
        case .opened(let books): self = books
        case .received(let order):
            orders.append(order)
            if order.isForeign { foreignOrders += 1 }
        case .accepted(let id):
            if let index = index(of: id.text) { orders[index].accepted = true }
        case .executed(let execution): book(execution)
        case .ended(let end):
            if let index = index(of: end.id) { orders.remove(at: index) }
            finished.append(end)
        case .halted(let epoch): haltEpoch = max(haltEpoch, epoch.number)
        case .reserved(let number): sequence = Int64(bitPattern: number.number)
        }
        checkInvariants()
    }

    /// What a snapshot repeats: always some, and everything of the last minute.
    func recent(at time: Timestamp) -> ArraySlice<PaperExecution> {
        let since = time.adding(microseconds: -Limits.Venue.recentMicroseconds)
        let young = recent.firstIndex { $0.fill.time >= since } ?? recent.count
        return recent[min(young, max(0, recent.count - Limits.Venue.recentExecutionsMinimum))...]
    }

    func index(of id: String) -> Int? { orders.firstIndex { $0.id == id } }

    private mutating func book(_ execution: PaperExecution) {
        let fill = execution.fill
        // As every reader of the fill computes it: towards zero.
        let worth = Decimal8.multiply(fill.quantity, fill.price)
        cash -= fill.side.sign * worth + fill.fee
        fees += fill.fee
        executions += 1
        hold(fill)
        recent.append(execution)
        if recent.count > Limits.Venue.recentExecutionsMaximum { recent.removeFirst() }
        guard let index = index(of: fill.orderId) else {
            preconditionFailure("Invariant: only a working order fills")
        }
        orders[index].filled += fill.quantity
        if orders[index].open == 0 {
            finished.append(FinishedOrder(fill.orderId, .filled))
            orders.remove(at: index)
        }
    }

    private mutating func hold(_ fill: Fill) {
        let place = positions.firstIndex { $0.symbol >= fill.symbol } ?? positions.count
        if place == positions.count || positions[place].symbol != fill.symbol {
            var position = PaperPosition()
            position.symbol = fill.symbol
            positions.insert(position, at: place)
        }
        positions[place].add(fill.side.sign * fill.quantity, at: fill.price)
        if positions[place].quantity == 0 { positions.remove(at: place) }
    }

    private func checkInvariants() {
        #if DEBUG
            precondition(
                orders.allSatisfy { $0.open > 0 && $0.filled >= 0 },
                "Invariant: a working order has something left to fill")
            precondition(
                zip(positions, positions.dropFirst()).allSatisfy { $0.symbol < $1.symbol },
                "Invariant: positions stand in order, one a symbol")
        #endif
    }
}

/// The signed amount held in one symbol, and what it cost on average.
struct PaperPosition: Fields, Hashable {
    var entryPrice: Int64 = 0
    var quantity: Int64 = 0
    var symbol = ""

    mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.decimal("entry_price", &entryPrice)
        coder.decimal("quantity", &quantity)
        coder.text("symbol", &symbol)
    }

    /// The entry price moves only by what enlarges the position or turns it over.
    mutating func add(_ amount: Int64, at price: Int64) {
        let sum = quantity + amount
        if quantity == 0 || (quantity > 0) == (amount > 0) {
            let worth = Int128(entryPrice) * Int128(quantity) + Int128(price) * Int128(amount)
            entryPrice = Int64(clamping: worth / Int128(sum))
        } else if (sum > 0) != (quantity > 0) {
            entryPrice = sum == 0 ? 0 : price
        }
        quantity = sum
    }
}

/// One execution, and the signal that led to it.
struct PaperExecution: Fields, Hashable {
    var fill = Fill()
    /// Whether the order was filled to its end.
    var isLast = false
    var signalId = ""

    mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.object("fill", &fill)
        coder.flag("is_last", &isLast)
        coder.text("signal_id", &signalId)
    }
}
