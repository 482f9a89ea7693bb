/// What the desk believes it holds: cash, positions, working orders, and how the day went.
public struct Books: Fields, Hashable, Sendable {
    /// Dollars: every purchase, sale and fee is in it, so positions are not.
    public var cash: Int64 = 0
    /// The UTC day that the daily loss counts, and the equity at its start.
    public var day: Int64 = 0
    public var dayStart: Int64 = 0
    public var equityHigh: Int64 = 0
    /// How many executions have ever been booked.
    public var executions: Int64 = 0
    public var orders: [WorkingOrder] = []
    /// One a symbol, in the policy's order.
    public var positions: [Position] = []
    /// The reference market, one a symbol.
    public var quotes: [Quote] = []
    /// Whether the day's loss budget was ever used up on this day.
    public var spent = false

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.decimal("cash", &cash)
        coder.integer("day", &day)
        coder.decimal("day_start", &dayStart)
        coder.decimal("equity_high", &equityHigh)
        coder.integer("executions", &executions)
        coder.list("orders", &orders)
        coder.list("positions", &positions)
        coder.list("quotes", &quotes)
        coder.flag("spent", &spent)
    }

    /// Cash and every position at its mark.
    public var equity: Int64 {
        var sum = Int128(cash)
        for index in positions.indices {
            sum += Int128(Decimal8.multiply(positions[index].quantity, mark(index)))
        }
        return Int64(clamping: sum)
    }

    /// The middle of the market, or the entry price before there is one.
    public func mark(_ symbol: Int) -> Int64 {
        let quote = quotes[symbol]
        if quote.bid > 0 { return quote.bid / 2 + quote.ask / 2 + (quote.bid & quote.ask & 1) }
        return positions[symbol].entryPrice
    }

    /// What the day has lost, realised and not; 0 when it gains.
    public var dayLoss: Int64 { max(0, Int64(clamping: Int128(dayStart) - Int128(equity))) }

    /// Worth of all positions, longs and shorts added up.
    public var grossExposure: Int64 {
        var sum: Int128 = 0
        for index in positions.indices {
            let worth = Decimal8.multiply(positions[index].quantity, mark(index))
            sum += Int128(worth.magnitude)
        }
        return Int64(clamping: sum)
    }

    /// Worth of every symbol's worst reachable position, one symbol left out.
    func worstExposure(without symbol: Int) -> Int64 {
        var sum: Int128 = 0
        for index in positions.indices where index != symbol {
            var question = Question()
            question.position = positions[index].quantity
            (question.workingBuys, question.workingSells, _) = working(index)
            sum += Int128(Reach(question).worstNotional(at: mark(index)))
        }
        return Int64(clamping: sum)
    }

    /// Unfilled buys, unfilled sells and the number of working orders in a symbol.
    func working(_ symbol: Int) -> (buys: Int64, sells: Int64, count: Int64) {
        var (buys, sells, count): (Int128, Int128, Int64) = (0, 0, 0)
        for order in orders where order.symbol == Int64(symbol) {
            count += 1
            if order.side == .buy {
                buys += Int128(order.open)
            } else {
                sells += Int128(order.open)
            }
        }
        return (Int64(clamping: buys), Int64(clamping: sells), count)
    }

    /// Starts the count of a new UTC day. Returns whether there was one.
    mutating func roll(to time: Timestamp) -> Bool {
        guard time.day > day else { return false }
        (day, dayStart, spent) = (time.day, equity, false)
        return true
    }

    /// Books one execution: cash, position, and the order it belongs to, if it is ours.
    mutating func book(_ fill: Fill, symbol: Int) {
        let worth = Decimal8.multiply(fill.quantity, fill.price)
        cash = Int64(clamping: Int128(cash) - Int128(fill.side.sign * worth) - Int128(fill.fee))
        positions[symbol].add(fill.side.sign * fill.quantity, at: fill.price)
        executions += 1
        if let index = orders.firstIndex(where: { $0.id == fill.orderId }) {
            let filled = Int128(orders[index].filled) + Int128(fill.quantity)
            orders[index].filled = Int64(clamping: filled)
            orders[index].state = .accepted
            if orders[index].open <= 0 { orders.remove(at: index) }
        }
        equityHigh = max(equityHigh, equity)
    }
}

/// The signed amount held in one symbol.
public struct Position: Fields, Hashable, Sendable {
    /// What it was bought or sold for on average; 0 when flat.
    public var entryPrice: Int64 = 0
    public var quantity: Int64 = 0

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.decimal("entry_price", &entryPrice)
        coder.decimal("quantity", &quantity)
    }

    /// Adds a signed amount; the entry price moves only by what enlarges the position.
    mutating func add(_ amount: Int64, at price: Int64) {
        let sum = Int64(clamping: Int128(quantity) + Int128(amount))
        if quantity == 0 || (quantity > 0) == (amount > 0) {
            let worth = Int128(entryPrice) * Int128(quantity) + Int128(price) * Int128(amount)
            entryPrice = sum == 0 ? 0 : Int64(clamping: worth / Int128(sum))
        } else if sum == 0 {
            entryPrice = 0
        } else if (sum > 0) != (quantity > 0) {
            entryPrice = price
        }
        quantity = sum
    }
}

/// Best bid and ask, and when they were true; zero until the first.
public struct Quote: Fields, Hashable, Sendable {
    public var ask: Int64 = 0
    public var bid: Int64 = 0
    public var time = Timestamp.zero

    public init() {}

    /// Microseconds since it was true; negative, which nothing passes, when its time lies ahead by
    /// more than clocks differ: such a price would otherwise stay fresh until then.
    public func age(at now: Timestamp) -> Int64 {
        let age = now.since(time)
        return age < 0 && age >= -Check.futureToleranceMs * 1000 ? 0 : age
    }

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.decimal("ask", &ask)
        coder.decimal("bid", &bid)
        coder.time("time", &time)
    }
}
