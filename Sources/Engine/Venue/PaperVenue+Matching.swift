import Domain

extension PaperVenue {
    /// Microseconds after which a silent market fills nothing any more.
    private static let marketAgeMaximum: Int64 = 5_000_000
    /// Microseconds until a foreign order is withdrawn.
    private static let foreignLife: Int64 = 20_000_000

    /// The reference market moved: levels follow, and orders that wait may fill.
    mutating func take(ticker message: BusMessage, at time: Timestamp) {
        guard let (symbol, quote) = try? Quote.read(message.payload),
            let index = configuration.symbols.firstIndex(of: symbol)
        else { return }
        ladders[index].refresh(bid: quote.bid, ask: quote.ask, at: time, &market)
        for id in books.orders.filter({ $0.accepted && $0.symbol == symbol }).map(\.id) {
            rest(id, index, at: time)
        }
    }

    /// Orders whose latency is over enter the book, and take what they can reach.
    mutating func activate(at time: Timestamp) {
        for order in books.orders where !order.accepted && order.activates <= time {
            record(.accepted(PaperRecord.Name(order.id)))
            if !faults.dropsAcknowledgement(at: time) {
                output.messages.append(messages.report(order.id, .accepted, reason: "", at: time))
            }
            take(order.id, at: time)
        }
    }

    mutating func expire(at time: Timestamp) {
        for order in books.orders where order.isForeign && order.expires <= time {
            end(order.id, reason: "expired", at: time)
        }
    }

    /// Somebody else places an order on the account.
    mutating func placeForeign(at time: Timestamp) {
        let drawn = faults.foreignOrder(symbols: configuration.symbols.count)
        guard let best = ladders[drawn.symbol].best(drawn.side) else { return }
        // Half a percent through the market, or away from it.
        let away = best / 200 * drawn.side.sign * (drawn.takes ? 1 : -1)
        var order = PaperOrder()
        order.id = "foreign-\(books.tag)-\(books.foreignOrders + 1)"
        (order.symbol, order.side) = (configuration.symbols[drawn.symbol], drawn.side)
        order.price = Instrument.floor(best + away, to: Instrument.tick(near: best))
        order.quantity = Instrument.quantity(worth: drawn.worth, at: best)
        order.activates = time.adding(microseconds: latency())
        order.expires = time.adding(microseconds: Self.foreignLife)
        record(.received(order))
    }

    /// A new order takes the levels that its price reaches.
    private mutating func take(_ id: String, at time: Timestamp) {
        guard let order = trimmed(id, at: time),
            let index = configuration.symbols.firstIndex(of: order.symbol),
            let seen = ladders[index].time, time.since(seen) <= Self.marketAgeMaximum
        else { return }
        let wanted = fillable(order)
        for level in ladders[index].take(order.side, wanted, limit: order.price) {
            execute(id, level.quantity, at: level.price, fee: configuration.takerFee, time)
        }
        _ = trimmed(id, at: time)
    }

    /// An order that waits fills at its own price once the market has come to it, not always whole.
    private mutating func rest(_ id: String, _ index: Int, at time: Timestamp) {
        guard let order = trimmed(id, at: time) else { return }
        var wanted = fillable(order)
        if market.chance(perMillion: 250_000) {
            let lot = Instrument.lot(near: order.price)
            let part = wanted / 100 * market.between(30, 99)
            wanted = max(min(lot, wanted), part - part % lot)
        }
        let levels = ladders[index].consume(order.side, wanted, limit: order.price)
        let quantity = levels.reduce(0) { $0 + $1.quantity }
        if quantity > 0 {
            execute(id, quantity, at: order.price, fee: configuration.makerFee, time)
            _ = trimmed(id, at: time)
        }
    }

    /// What may fill now: a reduce-only order never takes more than there is.
    private func fillable(_ order: PaperOrder) -> Int64 {
        guard order.reduceOnly else { return order.open }
        let held = books.position(order.symbol)
        guard held != 0, (held > 0) == (order.side == .sell) else { return 0 }
        return min(order.open, Int64(held.magnitude))
    }

    /// The order as it works, unless nothing is left for it to reduce: then it is taken back.
    private mutating func trimmed(_ id: String, at time: Timestamp) -> PaperOrder? {
        guard let order = books.orders.first(where: { $0.id == id }) else { return nil }
        if fillable(order) > 0 { return order }
        end(id, reason: "nothing_to_reduce", at: time)
        return nil
    }

    private mutating func execute(
        _ id: String, _ quantity: Int64, at price: Int64, fee: Int64, _ time: Timestamp
    ) {
        guard let order = books.orders.first(where: { $0.id == id }) else {
            preconditionFailure("Invariant: only a working order fills")
        }
        var execution = PaperExecution()
        execution.fill.executionId = "exe-\(books.tag)-\(books.executions + 1)"
        execution.fill.orderId = id
        (execution.fill.symbol, execution.fill.side) = (order.symbol, order.side)
        (execution.fill.quantity, execution.fill.price) = (quantity, price)
        execution.fill.fee = Decimal8.multiply(Decimal8.multiply(quantity, price), fee * 100)
        execution.fill.time = time
        execution.signalId = order.signalId
        execution.isLast = order.open == quantity
        record(.executed(execution))
        output.messages += faults.pass(messages.fill(execution), at: time)
    }
}
