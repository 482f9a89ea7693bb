import Domain
import Testing

@testable import Engine

@Suite struct `A phase` {
    private static let start = Timestamp(microseconds: 1_700_000_000_000_000)
    private let policy = Policy()

    /// What the phases of a desk send with a market alone, in so many seconds.
    private func play(
        seconds: Int64, market: Bool = true, _ edit: (inout Phase.Options) -> Void = { _ in }
    ) throws -> [BusMessage] {
        let desk = try VirtualDesk(start: Self.start)
        var options = Phase.Options(symbols: policy.symbolWhitelist, start: Self.start)
        edit(&options)
        if market {
            try desk.add(
                SyntheticMarket(
                    symbols: policy.symbolWhitelist, seed: options.seed, start: Self.start))
        }
        for phase in Phase.desk(options) { try desk.add(phase) }
        desk.run(seconds: seconds)
        return desk.messages("titan.signal.")
    }

    @Test func `writes what the engine reads`() throws {
        let messages = try play(seconds: 60) { $0.mischief = 0 }
        #expect((120...280).contains(messages.count))
        var phases = Set<Int64>()
        for message in messages {
            #expect(message.subject == "titan.signal.submit.v1")
            let signal = try Signal(message: message.payload)
            #expect(signal.defects == [])
            #expect(policy.index(of: signal.symbol) != nil)
            #expect(signal.confidence >= policy.minConfidenceScore)
            #expect(signal.quantity > 0 && signal.price > 0)
            let notional = Decimal8.multiply(signal.quantity, signal.price)
            #expect(notional < policy.maxOrderNotional / 10)
            #expect(message.header(BusHeader.messageID) == signal.id)
            phases.insert(signal.phase)
            let payload = try #require(JSON.parse(message.payload)["payload"])
            for name in ["stop_loss", "take_profits", "leverage", "ttl_ms", "signal_type"] {
                #expect(payload[name] != nil, "\(name)")
            }
        }
        #expect(phases == [1, 2, 3])
    }

    @Test func `names each signal and its trace once, also after a restart`() throws {
        let first = try play(seconds: 30)
        let second = try play(seconds: 30) { $0.start = Self.start.adding(microseconds: 1_000) }
        let all = first + second
        let ids = try all.map { try Signal(message: $0.payload).id }
        #expect(Set(ids).count == ids.count)
        let traces = all.compactMap { $0.header("traceparent") }
        #expect(Set(traces).count == all.count)
        for trace in traces {
            let parts = trace.split(separator: "-").map(\.count)
            #expect(parts == [2, 32, 16, 2])
        }
    }

    @Test func `is the same for the same seed, and another for another`() throws {
        #expect(try play(seconds: 20) == play(seconds: 20))
        #expect(try play(seconds: 20) != play(seconds: 20) { $0.seed = 2 })
    }

    @Test func `says nothing without a market`() throws {
        #expect(try play(seconds: 30, market: false).isEmpty)
    }

    @Test func `sends now and then what the gate has to deny`() throws {
        let messages = try play(seconds: 120) { $0.mischief = 500_000 }
        var (large, unsure, unknown, late) = (0, 0, 0, 0)
        for message in messages {
            let signal = try Signal(message: message.payload)
            if Decimal8.multiply(signal.quantity, signal.price) > policy.maxOrderNotional {
                large += 1
            }
            if signal.confidence < policy.minConfidenceScore { unsure += 1 }
            if policy.index(of: signal.symbol) == nil { unknown += 1 }
            let envelope = try JSON.parse(message.payload)["ts"]?.integer ?? 0
            if envelope - signal.made.milliseconds > policy.maxSignalAgeMs { late += 1 }
        }
        #expect(min(large, unsure, unknown, late) > messages.count / 16)
    }

    @Test func `knows its own fills, once each, and not others'`() throws {
        var inventory = Inventory(symbols: policy.symbolWhitelist, prefix: "scv-1-")
        let messages = PaperMessages(venue: "paper", account: "main")
        func fill(_ id: String, _ signal: String, _ side: Side) -> BusMessage {
            var execution = PaperExecution()
            (execution.fill.executionId, execution.fill.orderId) = (id, "ord")
            (execution.fill.symbol, execution.fill.side) = ("ETH/USDT", side)
            (execution.fill.quantity, execution.fill.price) = (5, Decimal8.one)
            execution.signalId = signal
            let message = messages.fill(execution)
            return BusMessage(subject: message.subject, payload: message.payload)
        }
        inventory.take(fill: fill("1", "scv-1-1", .buy))
        inventory.take(fill: fill("1", "scv-1-1", .buy))
        inventory.take(fill: fill("2", "htr-1-1", .buy))
        inventory.take(fill: fill("3", "scv-1-2", .sell))
        inventory.take(fill: fill("4", "scv-1-3", .buy))
        inventory.take(fill: BusMessage(subject: "titan.evt.execution.fill.v1.p.m.s", payload: [1]))
        #expect(inventory.own == [0, 5, 0])
    }

    @Test func `takes risk off a large position, as the sentinel`() throws {
        var options = Phase.Options(symbols: ["BTC/USDT"], start: Self.start)
        options.mischief = 0
        var phase = Phase(.sentinel, options)
        let instrument = Instrument(symbol: "BTC/USDT")
        let price = 46_000 * Decimal8.one
        let now = Self.start.adding(microseconds: 1_000_000)
        for _ in 0..<10 {
            let ticker = Ticker(
                venue: "paper", instrument: instrument, bid: price, ask: price + Decimal8.one,
                bidQuantity: 1, askQuantity: 1, time: now)
            let message = ticker.message
            _ = phase.receive(
                BusMessage(subject: message.subject, payload: message.payload), at: now)
        }
        for (quantity, side) in [(Decimal8.one, Side.sell), (-Decimal8.one, .buy)] {
            var books = PaperBooks()
            var position = PaperPosition()
            (position.symbol, position.quantity) = ("BTC/USDT", quantity)
            books.positions = [position]
            let truth = PaperMessages(venue: "paper", account: "main").snapshot(
                books, sequence: 1, policy: policy.hash, at: now)
            _ = phase.receive(BusMessage(subject: truth.subject, payload: truth.payload), at: now)
            let sent = phase.wake(at: now).messages
            let signal = try Signal(message: try #require(sent.first).payload)
            #expect(signal.side == side)
        }
    }
}
