import Domain

extension JSONWriter {
    /// What the day and the account may still do.
    mutating func budgets(_ state: State, under policy: Policy) {
        let (books, equity) = (state.books, state.books.equity)
        beginObject()
        key("cash")
        decimal(books.cash)
        key("daily_loss")
        budget(used: books.dayLoss, limit: -policy.maxDailyLoss)
        key("day")
        let day = Timestamp(microseconds: books.day * 86_400_000_000)
        string(String(day.text.prefix(10)))
        key("equity")
        decimal(equity)
        key("equity_high")
        decimal(books.equityHigh)
        key("leverage")
        leverage(exposure: books.grossExposure, equity: equity, limit: policy.maxAccountLeverage)
        key("phases")
        beginArray()
        for index in state.phases.indices { phase(index + 1, state.phases[index]) }
        endArray()
        endObject()
    }

    private mutating func budget(used: Int64, limit: Int64) {
        beginObject()
        key("left")
        decimal(Self.left(used, limit))
        key("limit")
        decimal(limit)
        key("used")
        decimal(used)
        endObject()
    }

    /// Without equity there is no leverage to name, and none left.
    private mutating func leverage(exposure: Int64, equity: Int64, limit: Int64) {
        let used = equity > 0 ? Decimal8.divide(exposure, equity) : nil
        beginObject()
        key("exposure")
        decimal(exposure)
        key("left")
        decimal(used.map { Self.left($0, limit) } ?? 0)
        key("limit")
        decimal(limit)
        key("used")
        if let used { decimal(used) } else { null() }
        endObject()
    }

    private mutating func phase(_ number: Int, _ count: PhaseCount) {
        beginObject()
        key("approved")
        integer(count.approved)
        key("denied")
        integer(count.denied)
        key("phase")
        integer(number)
        endObject()
    }

    private static func left(_ used: Int64, _ limit: Int64) -> Int64 {
        max(0, Int64(clamping: Int128(limit) - Int128(used)))
    }
}
