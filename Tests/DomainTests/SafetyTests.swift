import Domain
import Testing

/// Ways in which safety could quietly have gone: each was found by reading, and has its test.
@Suite struct `Safety` {
    @Test func `is not fooled by a price from the future`() {
        var desk = Desk.ready()
        var input = QuoteInput()
        (input.quote.bid, input.quote.ask) = (50_000 * Decimal8.one, 50_001 * Decimal8.one)
        input.quote.time = desk.time.adding(microseconds: 3_600_000_000)
        desk.take(.quote(input))
        #expect(desk.decide(desk.signal("a")).codes == ["market_stale"])
    }

    @Test func `stays DEFENSIVE after a flatten until a person halts and resumes`() throws {
        var desk = Desk.ready()
        let order = try #require(desk.decide(desk.signal("a")).order)
        desk.fill(order, id: "x1")
        for _ in 0..<4 { desk.snapshot() }
        desk.quote()
        var flatten = OperatorCommand()
        (flatten.action, flatten.actor) = (.flatten, "ann")
        desk.take(.command(flatten))
        let closing = try #require(desk.state.books.orders.last)
        desk.fill(closing, id: "x2")
        for _ in 0..<8 { desk.snapshot() }
        #expect(!desk.state.flatten.active && desk.state.truth.isClean)
        #expect(desk.state.breaker.state == .defensive)

        desk.epoch = 2
        var halt = OperatorCommand()
        (halt.action, halt.actor) = (.halt, "ann")
        desk.take(.command(halt))
        var resume = OperatorCommand()
        (resume.action, resume.actor, resume.clearsEpoch) = (.resume, "ann", 2)
        #expect(desk.take(.command(resume)).receipt?.status == .verified)
        for _ in 0..<8 { desk.snapshot() }
        #expect(desk.state.breaker.state == .normal)
    }

    @Test func `withdraws a kept order when a fill makes it one that enlarges`() throws {
        var desk = Desk.ready()
        let order = try #require(desk.decide(desk.signal("a")).order)
        desk.fill(order, id: "x1")
        let closing = try #require(desk.decide(desk.signal("b", .sell)).order)
        desk.epoch = 2
        desk.take(.tick)
        #expect(desk.state.breaker.state == .halted)
        let kept = desk.state.books.orders.first { $0.id == closing.id }
        #expect(kept?.withdrawn == false, "it only reduces, so the halt keeps it")
        var foreign = Fill()
        (foreign.executionId, foreign.orderId, foreign.side) = ("f1", "not-ours", .sell)
        (foreign.price, foreign.quantity) = (order.price, order.quantity)
        foreign.symbol = "BTC/USDT"
        desk.take(.fill(foreign))
        #expect(desk.state.books.orders.first { $0.id == closing.id }?.withdrawn == true)
    }
}
