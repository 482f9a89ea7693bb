import Domain
import Testing

@testable import Engine

@Suite struct `A desk of market, phases, venue and rules` {
    @Test func `trades, reads everything, and the books agree`() throws {
        let whole = try WholeDesk()
        whole.desk.run(seconds: 300)
        let (brain, venue) = (whole.brain, whole.venue)
        print(brain.approvals, brain.denials, brain.discrepancies.count, brain.lowest, brain.truth)
        print(brain.state.books.equity, venue.books.cash, venue.books.executions, venue.books.fees)
        #expect(brain.malformed.isEmpty, "\(brain.malformed.prefix(3))")
        #expect(brain.approvals > 100)
        #expect(brain.truth == 10_000)
        #expect(brain.discrepancies.isEmpty, "\(brain.discrepancies.prefix(3))")
        #expect(brain.state.books.cash == venue.books.cash)
        #expect(brain.state.books.executions == venue.books.executions)
        #expect(venue.books.executions > 100)
    }
}
