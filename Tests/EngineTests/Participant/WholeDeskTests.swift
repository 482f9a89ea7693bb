import Domain
import Testing

@testable import Engine

@Suite struct `A desk of market, phases, venue and rules` {
    @Test func `trades, reads everything, and the books agree`() throws {
        let whole = try WholeDesk()
        whole.desk.run(seconds: 90)
        let (brain, venue) = (whole.brain, whole.venue)
        #expect(brain.malformed == [])
        #expect(brain.discrepancies == [])
        #expect(brain.truth == 10_000)
        #expect(brain.approvals > 150)
        #expect(brain.state.phases.allSatisfy { $0.approved > 10 })
        #expect(venue.books.executions > 150)
        #expect(brain.state.books.cash == venue.books.cash)
        #expect(brain.state.books.executions == venue.books.executions)
        for (index, symbol) in brain.policy.symbolWhitelist.enumerated() {
            #expect(brain.state.books.positions[index].quantity == venue.books.position(symbol))
        }
        // A person sees denials, each for its own reason.
        for check in ["order_notional", "confidence_low", "symbol_not_whitelisted", "signal_stale"]
        {
            #expect(brain.denials[check, default: 0] > 0, "\(check)")
        }
        // Modest: a minute and a half costs no more than a lunch.
        #expect(brain.state.books.equity > 99_980 * Decimal8.one)
        #expect(brain.state.breaker.state == .normal)
    }

    @Test func `says the same bytes for the same seed, faults and all`() throws {
        let faults = try VenueFaults("lose-fill=10%,delay-fill=10%:3s,foreign-order=1/5s,reject=5%")
        func play(_ seed: UInt64) throws -> [BusMessage] {
            let whole = try WholeDesk(seed: seed, faults: faults)
            whole.desk.run(seconds: 20)
            return whole.desk.messages
        }
        let first = try play(11)
        #expect(first.count > 300)
        #expect(try play(11) == first)
        #expect(try play(12) != first)
    }
}
