import Domain

extension JSONWriter {
    /// Every symbol of the policy with what is held of it.
    mutating func positions(_ books: Books, under policy: Policy) {
        beginArray()
        for index in policy.symbolWhitelist.indices where index < books.positions.count {
            position(policy.symbolWhitelist[index], books.positions[index], books, index)
        }
        endArray()
    }

    private mutating func position(
        _ symbol: String, _ position: Position, _ books: Books, _ index: Int
    ) {
        let mark = books.mark(index)
        let gain = Int64(clamping: Int128(mark) - Int128(position.entryPrice))
        beginObject()
        key("entry_price")
        decimal(position.entryPrice)
        key("mark")
        decimal(mark)
        key("market_time")
        time(orNull: books.quotes[index].bid > 0 ? books.quotes[index].time : .zero)
        key("notional")
        let worth = Decimal8.multiply(position.quantity, mark)
        decimal(Int64(clamping: worth.magnitude))
        key("quantity")
        decimal(position.quantity)
        key("symbol")
        string(symbol)
        key("unrealised")
        decimal(Decimal8.multiply(position.quantity, gain))
        endObject()
    }

    /// Every order that may still fill.
    mutating func orders(_ orders: [WorkingOrder], under policy: Policy) {
        beginArray()
        for order in orders { self.order(order, policy.symbolWhitelist[Int(order.symbol)]) }
        endArray()
    }

    private mutating func order(_ order: WorkingOrder, _ symbol: String) {
        beginObject()
        key("created")
        time(order.created)
        key("filled")
        decimal(order.filled)
        key("id")
        string(order.id)
        key("open")
        decimal(order.open)
        key("phase")
        integer(order.phase)
        key("price")
        decimal(order.price)
        key("quantity")
        decimal(order.quantity)
        key("reduce_only")
        bool(order.reduceOnly)
        key("side")
        string(order.side.name)
        key("signal_id")
        string(order.signalId)
        key("state")
        string(order.state.name)
        key("symbol")
        string(symbol)
        key("withdrawn")
        bool(order.withdrawn)
        endObject()
    }
}
