import Domain
import Testing

@testable import Engine

@Suite struct `Venue faults` {
    @Test func `are read from a specification`() throws {
        let faults = try VenueFaults(
            "lose-fill=5%,double-fill=2%,delay-fill=10%:3s,drop-ack=0.5%,foreign-order=1/60s,"
                + "reject=1%")
        var expected = VenueFaults()
        (expected.loseFill, expected.doubleFill, expected.delayFill) = (50_000, 20_000, 100_000)
        (expected.fillDelay, expected.dropAcknowledgement) = (3_000_000, 5_000)
        (expected.foreignOrderInterval, expected.reject) = (60_000_000, 10_000)
        #expect(faults == expected)
        #expect(try VenueFaults("") == VenueFaults())
        #expect(try VenueFaults("reject=1%,for=90s").lasting == 90_000_000)
    }

    @Test(arguments: [
        ("loose-fill=5%", "loose-fill=5%"), ("lose-fill", "lose-fill"),
        ("lose-fill=5", "lose-fill=5"), ("lose-fill=101%", "lose-fill=101%"),
        ("lose-fill=-1%", "lose-fill=-1%"), ("lose-fill=x%", "lose-fill=x%"),
        ("reject=0.00001%", "reject=0.00001%"), ("reject=%", "reject=%"),
        ("lose-fill=5%,lose-fill=5%", "lose-fill=5%"), ("reject=1%,", ""),
        ("delay-fill=10%", "delay-fill=10%"), ("delay-fill=10%:3", "delay-fill=10%:3"),
        ("delay-fill=10%:0s", "delay-fill=10%:0s"), ("delay-fill=10%:3h", "delay-fill=10%:3h"),
        ("foreign-order=60s", "foreign-order=60s"), ("foreign-order=1/s", "foreign-order=1/s"),
        ("foreign-order=2/60s", "foreign-order=2/60s"), ("for=soon", "for=soon"),
        ("for=0s", "for=0s"),
        ("foreign-order=1/99999999999999999999s", "foreign-order=1/99999999999999999999s"),
        ("lose-fill=60%,delay-fill=60%:1s", "lose-fill=60%,delay-fill=60%:1s"),
    ])
    func `are refused by the item that is wrong`(specification: String, item: String) {
        let error = #expect(throws: VenueFaultsError.self) { try VenueFaults(specification) }
        #expect(error?.item == item)
        #expect(error?.expected.isEmpty == false)
    }

    @Test func `act on what is published, and the books stay true`() throws {
        func filled(_ faults: String) throws -> VenueRig {
            var rig = try VenueRig(faults: faults)
            try rig.ticker(50_000)
            try rig.place(rig.order("a"))
            return rig
        }
        #expect(try filled("lose-fill=100%").fills.isEmpty)
        #expect(try filled("double-fill=100%").fills.count == 2)
        #expect(try filled("drop-ack=100%").reports == [])
        #expect(try filled("reject=100%").rejects == ["a venue_unavailable"])
        var late = try filled("delay-fill=100%:3s")
        #expect(late.fills.isEmpty)
        #expect(late.venue.books.executions == 1)
        try late.run(milliseconds: 2_900)
        #expect(late.fills.isEmpty)
        try late.run(milliseconds: 100)
        #expect(late.fills.count == 1)
        #expect(late.snapshot.executions == 1)
    }

    @Test func `end with their time`() throws {
        var rig = try VenueRig(faults: "lose-fill=100%,reject=0%,foreign-order=1/2s,for=10s")
        try rig.ticker(50_000)
        try rig.place(rig.order("a"))
        #expect(rig.fills.isEmpty)
        try rig.run(milliseconds: 11_000)
        let foreign = rig.snapshot.executions
        try rig.ticker(50_000)
        try rig.place(rig.order("b"))
        #expect(rig.fills.count == 1)
        try rig.run(milliseconds: 30_000)
        #expect(rig.snapshot.executions == foreign + 1)
    }

    @Test func `bring foreign orders that are filled or withdrawn`() throws {
        var rig = try VenueRig(faults: "foreign-order=1/10s")
        for _ in 0..<1_200 {
            for symbol in rig.policy.symbolWhitelist { try rig.ticker(50_000, symbol) }
            try rig.run(milliseconds: 250)
        }
        #expect((20...40).contains(rig.venue.books.foreignOrders))
        #expect(!rig.fills.isEmpty)
        #expect(rig.fills.allSatisfy { $0.orderId.hasPrefix("foreign-") })
        #expect(rig.reports.contains { $0.hasSuffix(" CANCELED") })
        #expect(rig.venue.books.orders.count < 5)
    }

    /// Each fault, and the kinds of discrepancy by which the rules may name it.
    @Test(arguments: [
        ("lose-fill=10%", [DiscrepancyKind.missingFill]),
        ("double-fill=10%", [.duplicateFill]),
        ("delay-fill=10%:3s", [.missingFill, .duplicateFill]),
        ("drop-ack=20%", [.unacknowledged]),
        ("foreign-order=1/10s", [.foreignOrder, .foreignFill]),
    ])
    func `lower the score by name, and it recovers`(
        specification: String, kinds: [DiscrepancyKind]
    ) throws {
        let faults = try VenueFaults(specification)
        let whole = try WholeDesk(faults: faults, interval: 500_000)
        whole.desk.run(seconds: 60)
        let brain = whole.brain
        for kind in kinds {
            #expect(brain.discrepancies.contains { $0.kind == kind }, "\(kind.name)")
        }
        #expect(brain.lowest < 10_000)
        #expect(brain.malformed == [])
        // No more faults: the books agree again, and the score comes back a point a cycle.
        whole.stopFaults()
        whole.desk.run(seconds: 30)
        let settled = whole.brain.truth
        whole.desk.run(seconds: 20)
        let (after, venue) = (whole.brain, whole.venue)
        #expect(after.truth == 10_000 || after.truth >= settled + 300)
        #expect(after.state.truth.standing == [] && after.state.truth.incidents == [])
        #expect(after.state.books.cash == venue.books.cash)
        #expect(after.state.books.executions == venue.books.executions)
        for (index, symbol) in after.policy.symbolWhitelist.enumerated() {
            #expect(after.state.books.positions[index].quantity == venue.books.position(symbol))
        }
    }
}
