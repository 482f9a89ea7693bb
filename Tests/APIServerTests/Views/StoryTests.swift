import Crypto
import Domain
import Platform
import TestSupport
import Testing

@testable import APIServer
@testable import Engine

/// A day of a small desk, told to a feed as the engine would: rules and renderers are the real ones,
/// time is the test's.
struct Story {
    let hub = LiveHub(epoch: 1, time: .zero, mode: .paper)
    let counters = Counters()
    let feed: Feed
    /// What stands in the way besides what the view shows.
    let trouble = Guarded<[(code: String, message: String)]>([])
    private let latest = Guarded<EngineView?>(nil)
    private var core = Core()
    private var time = Timestamp(microseconds: 1_700_000_000_000_000)
    private var epoch: UInt64 = 1
    private var version: UInt64 = 0

    init() {
        let binary = SHA256.hash([2])
        let setting = StateView.Setting(backends: Backends(), binary: binary, run: "r")
        feed = Feed(setting: setting, hub: hub, counters: counters) { [latest, trouble] in
            (latest.withLock { $0 }?.obstacles ?? []) + trouble.withLock { $0 }
        }
        var started = Started()
        (started.armed, started.cash, started.desk) = (true, 100_000 * Decimal8.one, "t")
        (started.haltEpoch, started.policy) = (
            1, String(decoding: Policy().canonical, as: UTF8.self)
        )
        (started.traceSeed, started.binaryDigest) = (SHA256.hash([1]), binary)
        take(.started(started))
    }

    var view: EngineView {
        EngineView(
            state: core.state, policy: core.policy, policyHash: core.policyHash,
            journalFailure: nil, version: version)
    }

    @discardableResult
    mutating func take(_ input: Input, after microseconds: Int64 = 1000) -> [Publication] {
        time = time.adding(microseconds: microseconds)
        let output = core.step(Entry(time: time, haltEpoch: epoch, input: input))
        version += 1
        let publications = output.effects.compactMap { effect -> Publication? in
            guard case .publish(let publication) = effect else { return nil }
            return publication
        }
        let view = view
        latest.withLock { $0 = view }
        feed.take(view, publications)
        return publications
    }

    mutating func quote(_ price: Int64) {
        var input = QuoteInput()
        (input.quote.bid, input.quote.ask) = (price * Decimal8.one, (price + 1) * Decimal8.one)
        input.quote.time = time
        take(.quote(input))
    }

    mutating func signal(_ id: String, size: Int64, phase: Int64 = 1, symbol: String = "BTC/USDT") {
        var signal = Signal()
        (signal.id, signal.symbol, signal.phase) = (id, symbol, phase)
        (signal.quantity, signal.price) = (size, 50_001 * Decimal8.one)
        (signal.confidence, signal.made) = (90_000_000, time)
        take(.signal(signal))
    }

    mutating func snapshot(_ sequence: Int64, _ edit: (inout VenueSnapshot) -> Void = { _ in }) {
        var snapshot = VenueSnapshot()
        (snapshot.sequence, snapshot.made) = (sequence, time)
        (snapshot.cashKnown, snapshot.cashTotal) = (true, core.state.books.cash)
        snapshot.executions = core.state.books.executions
        let held = core.state.books.positions[0].quantity
        if held != 0 {
            var position = VenuePosition()
            (position.symbol, position.quantity) = ("BTC/USDT", held)
            snapshot.positions = [position]
        }
        edit(&snapshot)
        take(.snapshot(snapshot))
    }

    mutating func command(_ action: OperatorAction, _ reason: String, clears: UInt64 = 0) {
        var command = OperatorCommand()
        (command.action, command.actor, command.reason) = (action, "ann", reason)
        (command.key, command.clearsEpoch) = ("k-\(action.name)", clears)
        if action == .halt {
            epoch += 1
            (command.gateClosed, command.gateClosedMicroseconds) = (true, 42)
        }
        take(.command(command))
    }

    /// One order from its signal to its fill.
    mutating func trade() {
        signal("s-1", size: 10_000_000)
        let order = core.state.books.orders[0].id
        take(.dispatched(Dispatched(orderId: order, outcome: .sent)))
        var report = OrderReport()
        (report.orderId, report.status) = (order, .accepted)
        take(.report(report))
        var fill = Fill()
        (fill.executionId, fill.orderId, fill.symbol) = ("x-1", order, "BTC/USDT")
        (fill.price, fill.quantity) = (50_001 * Decimal8.one, 4_000_000)
        (fill.fee, fill.time) = (12_345_678, time)
        take(.fill(fill))
    }

    static func whole() -> Story {
        var story = Story()
        story.quote(50_000)
        story.snapshot(1)
        story.trade()
        story.signal("s-2", size: 100_000_000, phase: 2)
        story.signal("s-3 \"quoted\"", size: 0, phase: 3, symbol: "DOGE/USDT")
        story.quote(49_900)
        story.snapshot(2) { snapshot in
            snapshot.positions[0].quantity += 1_000_000
            var order = VenueOrder()
            (order.id, order.symbol, order.open) = ("not-ours", "ETH/USDT", Decimal8.one)
            snapshot.orders = [order]
        }
        story.command(.halt, "the venue works an order that is not ours")
        story.command(.resume, "too early", clears: 1)
        return story
    }
}

@Suite struct `The desk as JSON` {
    /// Every body and frame there is, one a line: the schema that it must be valid under, and itself.
    /// Whoever changes one reads here what clients will see.
    @Test func `is what clients have been told`() throws {
        let story = Story.whole()
        var lines: [String] = []
        func add(_ schema: String, _ json: [UInt8]) {
            lines.append(schema + " " + String(decoding: json, as: UTF8.self))
        }
        let shown = try #require(story.feed.latest)
        let digest = StateDigest(digest: SHA256.hash([3]), sequence: 22)
        add("State", shown.body { digest })
        add("Ready", JSONWriter.ready(shown.view.unreadiness))
        add("MayOpen", JSONWriter.mayOpen(shown.view.obstacles))
        let frames: [(Topic, String)] = [
            (.truth, "TruthFrame"), (.breaker, "BreakerFrame"), (.budgets, "BudgetsFrame"),
            (.positions, "PositionsFrame"), (.orders, "OrdersFrame"), (.health, "HealthFrame"),
            (.decisions, "DecisionsFrame"), (.trace, "TraceFrame"), (.operator, "OperatorFrame"),
        ]
        for (topic, schema) in frames {
            for message in story.hub.begin(topic, after: nil).messages { add(schema, message.json) }
            if topic.nature == .event {
                let all = story.hub.news(topic, after: 0).messages ?? []
                for message in all { add(schema, message.json) }
            }
        }
        for message in story.hub.begin(.trace, after: .init(epoch: 9, sequence: 1)).messages {
            add("TraceFrame", message.json)
        }
        try expectGolden(
            lines.joined(separator: "\n") + "\n", at: "Tests/APIServerTests/Golden/bodies.txt")
    }

    @Test func `shows no checks rather than those of another policy`() throws {
        let story = Story.whole()
        let made = try #require(
            story.feed.shelf.list(before: .max, limit: 1) { _ in true }.found.first)
        var other = made.record
        other.policyHash = .zero
        let recovered = ShelvedDecision(record: other, json: nil)
        let json = try JSON.parse(recovered.json(under: story.view, binary: "b"))
        #expect(json["checks"] == .array([]))
        #expect(json["codes"]?.array?.isEmpty == false)
        #expect(json["policy_hash"]?.text == Digest256.zero.hex)
        #expect(json["quantity"] == (try JSON.parse(try #require(made.json)))["quantity"])
    }
}

extension LiveMessage {
    /// The message without the head of its WebSocket frame.
    fileprivate var json: [UInt8] {
        Array(frame[(data.lowerBound - #"{"data":"#.utf8.count)...])
    }
}

@Suite struct `The feed` {
    private func texts(_ story: Story, _ topic: Topic) throws -> [JSON] {
        try (story.hub.news(topic, after: 0).messages ?? [])
            .map { try JSON.parse(Array($0.frame[$0.data])) }
    }

    @Test func `traces an order from its signal to its last step`() throws {
        var story = Story()
        story.quote(50_000)
        story.snapshot(1)
        story.trade()
        let steps = try texts(story, .trace)
        #expect(
            steps.compactMap { $0["step"]?.text }
                == ["signal", "decision", "intent", "dispatched", "accepted", "fill"])
        #expect(Set(steps.compactMap { $0["decision_id"]?.text }).count == 1)
        #expect(Set(steps.compactMap { $0["trace_id"]?.text }).count == 1)
        #expect(steps.last?["detail"]?.text == "0.04 at 50001")
    }

    @Test func `says a state only when it has changed`() {
        var story = Story()
        story.quote(50_000)
        func sequence(_ topic: Topic) -> UInt64 { story.hub.begin(topic, after: nil).at }
        let topics: [Topic] = [.breaker, .positions, .orders, .health]
        let before = topics.map(sequence)
        for _ in 0..<5 { story.take(.tick) }
        #expect(topics.map(sequence) == before)
        story.command(.halt, "r")
        #expect(sequence(.breaker) == before[0] + 1)
        #expect(sequence(.positions) == before[1])
    }

    @Test func `tells of a journal that hangs, though it shows no view any more`() throws {
        var story = Story()
        story.quote(50_000)
        story.snapshot(1)
        func health() throws -> JSON {
            let message = try #require(story.hub.begin(.health, after: nil).messages.last)
            return try JSON.parse(Array(message.frame[message.data]))
        }
        #expect(try health()["may_open"]?.bool == true)
        story.feed.look()
        let before = story.hub.begin(.health, after: nil).at
        story.trouble.withLock { $0 = [("journal_slow", "it hangs")] }
        story.feed.look()
        story.feed.look()
        #expect(try health()["may_open"]?.bool == false)
        #expect(try health()["obstacles"]?.array?.first?["code"]?.text == "journal_slow")
        #expect(story.hub.begin(.health, after: nil).at == before + 1)
        let state = try JSON.parse(
            try #require(story.feed.latest).body(
                StateDigest(digest: .zero, sequence: 1), now: story.trouble.withLock { $0 }))
        #expect(state["obstacles"]?.array?.first?["code"]?.text == "journal_slow")
        story.trouble.withLock { $0 = [] }
        story.take(.tick)
        #expect(try health()["may_open"]?.bool == true)
    }

    @Test func `forgets the trace of the oldest order, and of no other`() {
        var tracer = Tracer()
        func decision(_ sequence: UInt64) -> DecisionRecord {
            var decision = DecisionRecord()
            (decision.sequence, decision.intentId) = (sequence, "ord-\(sequence)")
            return decision
        }
        let count = UInt64(Limits.App.tracedOrdersMaximum)
        for sequence in 1...count + 1 { _ = tracer.steps(decision(sequence)) }
        func knows(_ sequence: UInt64) -> Bool {
            let step = OrderStep(orderId: "ord-\(sequence)", kind: .vanished, time: .zero)
            return tracer.step(step) != nil
        }
        #expect(!knows(1))
        #expect(knows(2))
        #expect(knows(count + 1))
    }

    @Test func `counts verdicts, checks and receipts`() {
        let counters = Story.whole().counters
        #expect(counters.approved.value == 1)
        #expect(counters.denied.value == 2)
        #expect(counters.failures[Int(Check.sizeInvalid.rawValue)].value == 1)
        #expect(counters.receipts.map(\.value) == [1, 0, 0, 1, 0, 0])
    }
}
