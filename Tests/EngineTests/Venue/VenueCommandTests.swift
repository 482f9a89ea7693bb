import Crypto
import Domain
import Platform
import Testing

@testable import Engine

@Suite struct `A paper venue's checks` {
    private func rig() throws -> VenueRig {
        var rig = try VenueRig()
        try rig.ticker(50_000)
        return rig
    }

    @Test func `take a good order`() throws {
        var rig = try rig()
        try rig.place(rig.order("a"))
        #expect(rig.rejects == [])
        #expect(rig.reports == ["a ACCEPTED"])
        #expect(rig.fills.count == 1)
        #expect(rig.acknowledged == 1)
        #expect(rig.venue.books.position("BTC/USDT") == 1_000_000)
    }

    /// One row a reason, in the order in which they are checked.
    @Test(arguments: [
        ("malformed", "{}"), ("malformed", "nonsense"), ("malformed", "[]"),
        ("malformed", #"{"payload":{}}"#),
    ])
    func `refuse what is no envelope`(reason: String, payload: String) throws {
        var rig = try rig()
        try rig.receive(rig.command("place", Array(payload.utf8)))
        #expect(rig.rejects == ["N/A \(reason)"])
        #expect(rig.acknowledged == 1)
    }

    @Test func `refuse an unsigned order and one signed with another secret`() throws {
        var rig = try rig()
        let forger = SigningKey(id: "k1", secret: Array("guess".utf8))
        try rig.receive(rig.command("place", rig.envelope(rig.order("a"), key: forger)))
        let stranger = SigningKey(id: "k2", secret: rig.key.secret)
        try rig.receive(rig.command("place", rig.envelope(rig.order("b"), key: stranger)))
        let signed = String(decoding: rig.envelope(rig.order("c")), as: UTF8.self)
        let changed = signed.replacing("\"size\":0.01", with: "\"size\":9.01")
        try rig.receive(rig.command("place", Array(changed.utf8)))
        #expect(
            rig.rejects == [
                "a hmac_signature_mismatch", "b unknown_key", "c hmac_signature_mismatch",
            ])
        try rig.run(milliseconds: 5_000)
        #expect(rig.fills == [])
    }

    @Test func `refuse every order of an envelope with any byte changed`() throws {
        var rig = try rig()
        let envelope = rig.envelope(rig.order("a"))
        for index in envelope.indices {
            var changed = envelope
            changed[index] ^= 1
            try rig.receive(rig.command("place", changed))
        }
        for cut in envelope.indices {
            try rig.receive(rig.command("place", Array(envelope[..<cut])))
        }
        // What the signature does not cover may change: it still is the same order, once.
        #expect(rig.venue.books.orders.count == 1)
        #expect(rig.venue.books.orders.first?.quantity == 1_000_000)
    }

    @Test func `refuse a stale order and one from the future`() throws {
        var rig = try rig()
        let old = rig.time.adding(microseconds: -5_001_000)
        try rig.receive(rig.command("place", rig.envelope(rig.order("a"), at: old)))
        let early = rig.time.adding(microseconds: 5_001_000)
        try rig.receive(rig.command("place", rig.envelope(rig.order("b"), at: early)))
        let limit = rig.time.adding(microseconds: -5_000_000)
        try rig.receive(rig.command("place", rig.envelope(rig.order("c"), at: limit)))
        #expect(rig.rejects == ["a command_stale", "b command_stale"])
        #expect(rig.venue.books.orders.map(\.id) == ["c"])
    }

    @Test func `refuse an order decided under another policy until the venue is told`() throws {
        let accepted = AcceptedPolicy(Policy().hash)
        var rig = try VenueRig { $0.policy = accepted }
        try rig.ticker(50_000)
        var other = Policy()
        other.version = 2
        accepted.hash = other.hash
        try rig.place(rig.order("a"))
        #expect(rig.rejects == ["a policy_hash_mismatch"])
        let reject = try JSON.parse(rig.messages("reject")[0].payload)
        #expect(reject["expected_policy_hash"]?.text == other.hash.hex)
        #expect(reject["got_policy_hash"]?.text == rig.policy.hash.hex)
        accepted.hash = rig.policy.hash
        try rig.place(rig.order("b"))
        #expect(rig.reports == ["b ACCEPTED"])
    }

    @Test(arguments: ["halt message", "intent"])
    func `refuse an older halt epoch than was ever seen`(source: String) throws {
        let store = VenueMemory()
        var rig = try VenueRig(store: store)
        try rig.ticker(50_000)
        if source == "intent" {
            try rig.place(rig.order("new", epoch: 7))
        } else {
            let halt = #"{"halt_epoch":7,"state":"HARD_HALT"}"#
            try rig.receive(
                OutgoingMessage(subject: "titan.cmd.sys.halt.v1", payload: Array(halt.utf8)))
        }
        try rig.place(rig.order("a", epoch: 6))
        try rig.place(rig.order("b", epoch: 7))
        #expect(rig.rejects == ["a halt_epoch_superseded"])
        #expect(rig.reports.contains("b ACCEPTED"))
        var again = try VenueRig(store: store)
        try again.ticker(50_000)
        try again.place(again.order("c", epoch: 6))
        #expect(again.rejects == ["c halt_epoch_superseded"])
    }

    @Test(arguments: [
        (#""symbol":"BTC/USDT""#, #""symbol":"XRP/USDT""#, "XRP_USDT", "symbol_unknown"),
        (#""size":0.01"#, #""size":0"#, "BTC_USDT", "size_invalid"),
        (#""size":0.01"#, #""size":-1"#, "BTC_USDT", "size_invalid"),
        (#""size":0.01"#, #""size":NaN"#, "BTC_USDT", "size_invalid"),
        (#""size":0.01"#, #""size":90000000000"#, "BTC_USDT", "size_invalid"),
        (#""size":0.01"#, #""size":1000000"#, "BTC_USDT", "size_invalid"),
        (#""limit_price":50100"#, #""limit_price":0"#, "BTC_USDT", "price_invalid"),
        (#""limit_price":50100"#, #""limit_price":"x""#, "BTC_USDT", "price_invalid"),
        (
            #""reduce_only":false"#, #""reduce_only":true"#, "BTC_USDT",
            "reduce_only_exceeds_position"
        ),
        (#""side":"BUY""#, #""side":"HOLD""#, "BTC_USDT", "malformed"),
        (#""reduce_only":false"#, #""reduce_only":0"#, "BTC_USDT", "malformed"),
        (#""halt_epoch":1"#, #""halt_epoch":-1"#, "BTC_USDT", "malformed"),
        (#""symbol":"BTC/USDT""#, #""symbol":"BTC/USDT""#, "ETH_USDT", "malformed"),
    ])
    func `refuse an order that makes no sense`(
        part: String, instead: String, token: String, reason: String
    ) throws {
        var rig = try rig()
        let payload = rig.order("a").replacing(part, with: instead)
        try rig.place(payload, symbol: token)
        #expect(rig.rejects == ["a \(reason)"])
        #expect(rig.venue.books.orders.isEmpty)
    }

    @Test func `refuse a reduce-only order of more than is held, all such orders together`() throws
    {
        var rig = try rig()
        try rig.place(rig.order("a", size: "0.03"))
        try rig.place(rig.order("b", .sell, size: "0.02", price: "60000", reduceOnly: true))
        try rig.place(rig.order("c", .sell, size: "0.02", price: "60000", reduceOnly: true))
        try rig.place(rig.order("d", size: "0.01", price: "40000", reduceOnly: true))
        #expect(
            rig.rejects == ["c reduce_only_exceeds_position", "d reduce_only_exceeds_position"])
    }

    @Test func `refuse orders beyond the most that may work`() throws {
        var rig = try rig()
        for number in 0...Limits.Venue.ordersMaximum {
            let payload = rig.order("o\(number)", size: "0.0001", price: "1")
            try rig.receive(rig.command("place", rig.envelope(payload)))
        }
        #expect(rig.rejects == ["o\(Limits.Venue.ordersMaximum) too_many_orders"])
    }

    @Test func `never let an order live twice`() throws {
        let store = VenueMemory()
        var rig = try VenueRig(store: store)
        try rig.ticker(50_000)
        let filled = rig.command("place", rig.envelope(rig.order("a")))
        let resting = rig.command("place", rig.envelope(rig.order("b", price: "40000")))
        for _ in 0..<3 {
            try rig.receive(filled)
            try rig.receive(resting)
            try rig.run(milliseconds: 50)
        }
        #expect(rig.rejects == [])
        #expect(rig.fills.count == 1)
        #expect(rig.venue.books.orders.map(\.id) == ["b"])
        #expect(rig.acknowledged == 6)
        var again = try VenueRig(store: store)
        try again.ticker(50_000)
        try again.receive(filled)
        try again.receive(resting)
        try again.run(milliseconds: 50)
        #expect(again.fills == [])
        #expect(again.venue.books.orders.map(\.id) == ["b"])
    }

    @Test func `stay with a refusal`() throws {
        var rig = try rig()
        let command = rig.command(
            "place", rig.envelope(rig.order("a", .sell, reduceOnly: true)))
        try rig.receive(command)
        try rig.place(rig.order("b"))
        try rig.receive(command)
        #expect(rig.rejects == ["a reduce_only_exceeds_position"])
        #expect(rig.reports.contains("a REJECTED"))
        #expect(rig.venue.books.position("BTC/USDT") == 1_000_000)
    }

    @Test func `keep a cancelled order from coming to life later`() throws {
        var rig = try rig()
        try rig.cancel("a")
        try rig.place(rig.order("a"))
        #expect(rig.fills == [])
        #expect(rig.reports == ["a CANCELED", "a CANCELED"])
    }

    @Test func `cancel what works and nothing else`() throws {
        var rig = try rig()
        try rig.place(rig.order("a", price: "40000"))
        try rig.place(rig.order("b"))
        let forger = SigningKey(id: "k1", secret: [1])
        let forged = #"{"halt_epoch":1,"order_id":"a","reason":"x","symbol":"BTC/USDT"}"#
        try rig.receive(rig.command("cancel", rig.envelope(forged, key: forger)))
        #expect(rig.venue.books.orders.map(\.id) == ["a"])
        // The forged command does not get to name the order in a refusal either.
        #expect(rig.rejects == ["N/A hmac_signature_mismatch"])
        rig.forget()
        try rig.cancel("a")
        try rig.cancel("b")
        #expect(rig.reports == ["a CANCELED"])
        #expect(rig.venue.books.orders.isEmpty)
        // An order sent to the subject of cancels does not cancel.
        try rig.place(rig.order("c", price: "40000"))
        try rig.receive(rig.command("cancel", rig.envelope(rig.order("c", price: "40000"))))
        #expect(rig.venue.books.orders.map(\.id) == ["c"])
    }
}
