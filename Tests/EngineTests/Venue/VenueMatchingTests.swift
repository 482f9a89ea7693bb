import Domain
import TestSupport
import Testing

@testable import Engine

@Suite struct `A paper venue's market` {
    @Test func `is moved by a large order, and comes back`() throws {
        var rig = try VenueRig()
        try rig.ticker(50_000)
        let before = try #require(rig.venue.ladders[0].best(.buy))
        try rig.place(rig.order("a", size: "2", price: "51000"))
        let prices = rig.fills.map(\.price)
        #expect(prices.count > 3)
        #expect(prices == prices.sorted())
        #expect(prices.first == before)
        let after = try #require(rig.venue.ladders[0].best(.buy))
        #expect(after > before)
        try rig.ticker(50_000)
        let moved = try #require(rig.venue.ladders[0].best(.buy))
        #expect(moved > before)
        var last = moved
        for _ in 0..<40 {
            try rig.run(milliseconds: 1_000)
            try rig.ticker(50_000)
            let now = try #require(rig.venue.ladders[0].best(.buy))
            #expect(now <= last)
            last = now
        }
        #expect(last - before < (moved - before) / 20)
    }

    @Test func `fills no order at a price worse than its limit`() throws {
        var rig = try VenueRig()
        try rig.ticker(50_000)
        try rig.place(rig.order("a", size: "20", price: "50003"))
        try rig.place(rig.order("b", .sell, size: "20", price: "49990"))
        #expect(!rig.fills.isEmpty)
        for fill in rig.fills {
            let limit: Int64 = fill.orderId == "a" ? 50_003 : 49_990
            #expect((limit * Decimal8.one - fill.price) * fill.side.sign >= 0)
        }
        // What the levels could not give rests.
        #expect(rig.venue.books.orders.map(\.id) == ["a", "b"])
    }

    @Test func `fills a resting order when it comes, at the order's price and in parts`() throws {
        var rig = try VenueRig()
        try rig.ticker(50_000)
        try rig.place(rig.order("a", size: "3", price: "49990"))
        #expect(rig.fills == [])
        for _ in 0..<20 where !rig.venue.books.orders.isEmpty {
            try rig.ticker(49_980)
            try rig.run(milliseconds: 250)
        }
        #expect(rig.fills.count > 1)
        #expect(rig.fills.allSatisfy { $0.price == 49_990 * Decimal8.one })
        #expect(rig.fills.reduce(0) { $0 + $1.quantity } == 3 * Decimal8.one)
        #expect(Set(rig.fills.map(\.executionId)).count == rig.fills.count)
    }

    @Test func `waits for its latency, and for a market`() throws {
        var rig = try VenueRig()
        try rig.receive(rig.command("place", rig.envelope(rig.order("a"))))
        #expect(rig.reports == [])
        try rig.run(milliseconds: 4)
        #expect(rig.reports == [])
        try rig.run(milliseconds: 40)
        #expect(rig.reports == ["a ACCEPTED"])
        #expect(rig.fills == [])
        try rig.ticker(50_000)
        #expect(rig.fills.map(\.orderId) == ["a"])
    }

    @Test func `takes back a reduce-only order when nothing is left to reduce`() throws {
        var rig = try VenueRig()
        try rig.ticker(50_000)
        try rig.place(rig.order("a", size: "0.02"))
        try rig.place(rig.order("b", .sell, size: "0.02", price: "50010", reduceOnly: true))
        try rig.place(rig.order("c", .sell, size: "0.02", price: "49900"))
        #expect(rig.venue.books.position("BTC/USDT") == 0)
        try rig.ticker(50_020)
        #expect(rig.reports.last == "b CANCELED")
        #expect(rig.venue.books.position("BTC/USDT") == 0)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `keeps cash, fees and positions as the executions say`(seed: UInt64) throws {
        var random = Seeded(seed: seed)
        var rig = try VenueRig(seed: seed)
        var price: Int64 = 50_000
        for number in 0..<200 {
            price += Int64.random(in: -20...20, using: &random)
            try rig.ticker(price)
            let side: Side = Bool.random(using: &random) ? .buy : .sell
            let limit = price + Int64.random(in: -15...15, using: &random)
            let size = "0.0\(Int.random(in: 1...99, using: &random))"
            try rig.place(rig.order("o\(number)", side, size: size, price: "\(limit)"))
            if number % 3 == 0 { try rig.cancel("o\(Int.random(in: 0...number, using: &random))") }
        }
        var (cash, fees, held) = (100_000 * Decimal8.one, Int64(0), Int64(0))
        for fill in rig.fills {
            cash -= fill.side.sign * Decimal8.multiply(fill.quantity, fill.price) + fill.fee
            fees += fill.fee
            held += fill.side.sign * fill.quantity
        }
        #expect(rig.fills.count > 50)
        #expect(rig.venue.books.cash == cash)
        #expect(rig.venue.books.fees == fees)
        #expect(rig.venue.books.position("BTC/USDT") == held)
        #expect(rig.venue.books.executions == Int64(rig.fills.count))
        try rig.run(milliseconds: 2_000)
        #expect(rig.snapshot.cash == cash)
        #expect(rig.snapshot.positions.first?.quantity ?? 0 == held)
        #expect(rig.snapshot.executions == Int64(rig.fills.count))
        #expect(rig.snapshot.recent == Array(rig.fills.suffix(rig.snapshot.recent.count)))
        #expect(
            rig.snapshot.orders.map(\.open).reduce(0, +)
                == rig.venue.books.orders.map(\.open).reduce(0, +))
    }

    @Test func `tells the truth at once and every two seconds, numbered upwards`() throws {
        let store = VenueMemory()
        var numbers: [Int64] = []
        for _ in 0..<3 {
            var rig = try VenueRig(store: store)
            try rig.run(milliseconds: 0)
            #expect(rig.messages("truth").count == 1)
            try rig.run(milliseconds: 10_000)
            #expect(rig.messages("truth").count == 6)
            numbers += try rig.messages("truth").map {
                try VenueSnapshot(message: $0.payload).sequence
            }
        }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }, "\(numbers)")
    }
}
