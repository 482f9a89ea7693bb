import Crypto
import Domain
import Testing

/// A small desk for tests: three symbols, a market, a venue that agrees.
struct Desk {
    var state = State()
    let policy = Policy()
    var time = Timestamp(microseconds: 1_700_000_000_000_000)
    var epoch: UInt64 = 1
    var venueSequence: Int64 = 0
    var outputs: [StepOutput] = []

    init() {
        var started = Started()
        (started.armed, started.cash, started.desk) = (true, 100_000 * Decimal8.one, "t")
        started.haltEpoch = 1
        take(.started(started))
    }

    @discardableResult
    mutating func take(_ input: Input, after microseconds: Int64 = 1000) -> StepOutput {
        time = time.adding(microseconds: microseconds)
        let entry = Entry(time: time, haltEpoch: epoch, input: input)
        let output = state.step(entry, under: policy, hash: policy.hash)
        outputs.append(output)
        return output
    }

    mutating func quote(_ price: Int64 = 50_000) {
        for symbol in 0..<3 {
            var input = QuoteInput()
            input.symbol = Int64(symbol)
            (input.quote.bid, input.quote.ask) = (price * Decimal8.one, (price + 1) * Decimal8.one)
            input.quote.time = time
            take(.quote(input))
        }
    }

    /// The venue's books as ours are, changed by `edit`.
    mutating func snapshot(
        after microseconds: Int64 = 5_000_000, _ edit: (inout VenueSnapshot) -> Void = { _ in }
    ) {
        venueSequence += 1
        var snapshot = VenueSnapshot()
        (snapshot.sequence, snapshot.made) = (
            venueSequence, time.adding(microseconds: microseconds)
        )
        (snapshot.cashKnown, snapshot.cashTotal) = (true, state.books.cash)
        snapshot.executions = state.books.executions
        for (index, position) in state.books.positions.enumerated() where position.quantity != 0 {
            var theirs = VenuePosition()
            (theirs.symbol, theirs.quantity) = (policy.symbolWhitelist[index], position.quantity)
            snapshot.positions.append(theirs)
        }
        for order in state.books.orders {
            var theirs = VenueOrder()
            (theirs.id, theirs.open) = (order.id, order.open)
            theirs.symbol = policy.symbolWhitelist[Int(order.symbol)]
            snapshot.orders.append(theirs)
        }
        edit(&snapshot)
        take(.snapshot(snapshot), after: microseconds)
    }

    func signal(_ id: String, _ side: Side = .buy, size: Int64 = 10_000_000) -> Signal {
        var signal = Signal()
        (signal.id, signal.side, signal.symbol, signal.phase) = (id, side, "BTCUSDT", 1)
        (signal.quantity, signal.made, signal.confidence) = (size, time, 90_000_000)
        signal.price = (side == .buy ? 50_001 : 50_000) * Decimal8.one
        return signal
    }

    /// Decides a signal and returns the verdict's codes.
    mutating func decide(_ signal: Signal) -> (codes: [String], order: WorkingOrder?) {
        let output = take(.signal(signal))
        for case .decision(let decision) in output.records {
            let order = state.books.orders.first { $0.id == decision.intentId }
            return (decision.failures.checks.map { "\($0.name)" }, order)
        }
        return (["no decision"], nil)
    }

    mutating func fill(_ order: WorkingOrder, id: String) {
        var fill = Fill()
        (fill.executionId, fill.orderId, fill.side) = (id, order.id, order.side)
        (fill.price, fill.quantity, fill.symbol) = (order.price, order.quantity, "BTC/USDT")
        take(.dispatched(Dispatched(orderId: order.id, outcome: .sent)))
        take(.report(report(order.id)))
        take(.fill(fill))
    }

    func report(_ id: String, _ status: ReportStatus = .accepted) -> OrderReport {
        var report = OrderReport()
        (report.orderId, report.status) = (id, status)
        return report
    }

    /// A desk that has reconciled and may trade.
    static func ready() -> Desk {
        var desk = Desk()
        desk.quote()
        desk.snapshot()
        desk.quote()
        return desk
    }
}

@Suite struct `The desk` {
    @Test func `trusts nothing before the first full reconciliation`() {
        var desk = Desk()
        desk.quote()
        #expect(desk.state.truth.score == 0)
        #expect(desk.decide(desk.signal("a")).codes == ["truth_low"])
        desk.snapshot()
        desk.quote()
        #expect(desk.state.truth.score == 10_000)
        #expect(desk.decide(desk.signal("b")).codes == [])
    }

    @Test func `knows a signal that it has decided`() {
        var desk = Desk.ready()
        #expect(desk.decide(desk.signal("a")).codes == [])
        #expect(desk.decide(desk.signal("a")).codes == ["duplicate_signal"])
    }

    @Test func `says every reason at once`() {
        var desk = Desk.ready()
        var signal = desk.signal("a", size: 100 * Decimal8.one)
        signal.made = signal.made.adding(microseconds: -6_000_000)
        signal.confidence = 10_000_000
        #expect(
            desk.decide(signal).codes
                == [
                    "signal_stale", "confidence_low", "order_notional", "position_notional",
                    "leverage",
                ])
    }

    @Test(
        arguments: [
            (Defects.size, "size_invalid"), (.price, "price_invalid"), (.time, "time_invalid"),
            (.confidence, "confidence_low"),
        ])
    func `denies what could not be read, with its code`(defect: Defects, code: String) {
        var desk = Desk.ready()
        var signal = desk.signal("a")
        signal.defects = defect
        #expect(desk.decide(signal).codes == [code])
    }

    @Test func `stops when the halt word is raised, whatever the input was`() {
        var desk = Desk.ready()
        let order = desk.decide(desk.signal("a")).order
        desk.epoch = 2
        let output = desk.take(.tick)
        #expect(desk.state.breaker.state == .halted)
        #expect(
            output.effects.contains {
                if case .stop(.cancel(let cancel)) = $0 {
                    cancel.orderId == order?.id
                } else {
                    false
                }
            })
        #expect(desk.decide(desk.signal("b")).codes == ["breaker_halted", "reduce_only"])
    }

    @Test func `is resumed only for the epoch that was seen, and only into DEFENSIVE`() {
        var desk = Desk.ready()
        desk.epoch = 2
        desk.take(.tick)
        var resume = OperatorCommand()
        (resume.action, resume.actor, resume.clearsEpoch) = (.resume, "ann", 1)
        #expect(desk.take(.command(resume)).receipt?.code == "epoch_moved")
        resume.clearsEpoch = 2
        #expect(desk.take(.command(resume)).receipt?.status == .verified)
        #expect(desk.state.breaker.state == .defensive)
        for _ in 0..<4 { desk.snapshot() }
        #expect(desk.state.breaker.state == .normal)
    }

    @Test func `lets only what reduces pass while DEFENSIVE`() throws {
        var desk = Desk.ready()
        let order = try #require(desk.decide(desk.signal("a")).order)
        desk.fill(order, id: "x1")
        desk.take(.clockAnomaly(ClockAnomaly()))
        #expect(desk.state.breaker.state == .defensive)
        #expect(desk.decide(desk.signal("b")).codes == ["reduce_only"])
        #expect(desk.decide(desk.signal("c", .sell, size: 20_000_000)).codes == ["reduce_only"])
        #expect(desk.decide(desk.signal("d", .sell)).codes == [])
        #expect(desk.decide(desk.signal("e", .sell)).codes == ["reduce_only"])
    }

    @Test func `is flat only when the venue says so`() throws {
        var desk = Desk.ready()
        let order = try #require(desk.decide(desk.signal("a")).order)
        desk.fill(order, id: "x1")
        desk.epoch = 2
        var flatten = OperatorCommand()
        (flatten.action, flatten.actor) = (.flatten, "ann")
        #expect(desk.take(.command(flatten)).receipt?.status == .accepted)
        let closing = try #require(desk.state.books.orders.last)
        #expect(closing.side == .sell && closing.reduceOnly)
        desk.fill(closing, id: "x2")
        #expect(desk.state.flatten.active)
        desk.snapshot()
        #expect(!desk.state.flatten.active)
        #expect(desk.state.receipts.last?.status == .verified)
    }

    @Test func `stops taking risk once the day's loss is used up, until the next day`() throws {
        var desk = Desk.ready()
        let order = try #require(desk.decide(desk.signal("a")).order)
        desk.fill(order, id: "x1")
        desk.quote(39_000)
        #expect(desk.state.breaker.state == .defensive)
        #expect(desk.state.breaker.code == "daily_loss")
        for _ in 0..<6 { desk.snapshot() }
        #expect(desk.state.breaker.state == .defensive)
        desk.take(.tick, after: 86_400_000_000)
        for _ in 0..<90 { desk.snapshot() }
        #expect(desk.state.breaker.state == .normal)
    }
}

@Suite struct `A day's loss budget` {
    @Test func `once used up stays so that day, whatever made the desk DEFENSIVE first`() throws {
        var desk = Desk.ready()
        let order = try #require(desk.decide(desk.signal("a")).order)
        desk.fill(order, id: "x1")
        desk.take(.clockAnomaly(ClockAnomaly()))
        desk.quote(39_000)
        desk.quote(50_000)
        #expect(desk.state.breaker.code == "clock_anomaly")
        for _ in 0..<6 { desk.snapshot() }
        #expect(desk.state.truth.isClean)
        #expect(desk.state.breaker.state == .defensive)
    }
}

@Suite struct `The truth score` {
    @Test func `falls for a position that the venue holds otherwise, and names it`() {
        var desk = Desk.ready()
        desk.snapshot {
            var theirs = VenuePosition()
            (theirs.symbol, theirs.quantity) = ("ETH/USDT", 5)
            $0.positions.append(theirs)
        }
        #expect(desk.state.truth.score == 0)
        #expect(desk.state.truth.discrepancies.first?.symbol == "ETH/USDT")
        #expect(desk.state.breaker.state == .defensive)
    }

    @Test func `falls for a foreign order, names it, and rises slowly once it is gone`() {
        var desk = Desk.ready()
        desk.snapshot {
            var theirs = VenueOrder()
            (theirs.id, theirs.open, theirs.symbol) = ("alien", 7, "BTC/USDT")
            $0.orders.append(theirs)
        }
        #expect(desk.state.truth.score == 8000)
        #expect(desk.state.truth.discrepancies.map(\.id) == ["alien"])
        for _ in 0..<3 { desk.snapshot() }
        #expect(desk.state.truth.score == 8000)
        for _ in 0..<5 { desk.snapshot() }
        #expect(desk.state.truth.score == 8500)
    }

    @Test func `books what the venue executed and never reported`() throws {
        var desk = Desk.ready()
        let order = try #require(desk.decide(desk.signal("a")).order)
        var fill = Fill()
        (fill.executionId, fill.orderId, fill.symbol) = ("lost", order.id, "BTC/USDT")
        (fill.price, fill.quantity) = (order.price, order.quantity)
        desk.snapshot {
            $0.orders = []
            $0.executions += 1
            $0.recent = [fill]
            var theirs = VenuePosition()
            (theirs.symbol, theirs.quantity) = ("BTC/USDT", order.quantity)
            $0.positions = [theirs]
        }
        #expect(desk.state.truth.score == 0)
        #expect(desk.state.books.positions[0].quantity == order.quantity)
        desk.snapshot()
        #expect(desk.state.truth.discrepancies.isEmpty)
    }

    @Test func `knows a fill that came twice`() throws {
        var desk = Desk.ready()
        let order = try #require(desk.decide(desk.signal("a")).order)
        desk.fill(order, id: "x1")
        desk.fill(order, id: "x1")
        #expect(desk.state.books.positions[0].quantity == order.quantity)
        #expect(desk.state.truth.discrepancies.map(\.kind) == [.duplicateFill])
    }

    @Test func `fades when the venue is silent`() {
        var desk = Desk.ready()
        desk.take(.tick, after: 9_000_000)
        #expect(desk.state.truth.score == 10_000)
        desk.take(.tick, after: 12_000_000)
        #expect((1..<10_000).contains(desk.state.truth.score))
        desk.take(.tick, after: 20_000_000)
        #expect(desk.state.truth.score == 0)
    }
}

@Suite struct `A step` {
    @Test func `is the same whenever it is taken again, and its state survives its own bytes`() {
        let desk = Desk.ready()
        var again = State()
        for output in desk.outputs {
            guard case .entry(let entry) = output.records[0] else { continue }
            let repeated = again.step(entry, under: desk.policy, hash: desk.policy.hash)
            #expect(repeated.records == output.records)
            for record in output.records { #expect(Record(bytes: record.bytes) == record) }
            let decoded = BinaryDecoder.decode(State.self, from: BinaryEncoder.encode(again))
            #expect(decoded?.digest == again.digest)
        }
        #expect(again.digest == desk.state.digest)
    }
}

@Suite struct `A policy` {
    /// The existing system's file and its RFC 8785 hash: 10.0 is 10 there, too.
    @Test func `hashes as RFC 8785 says`() throws {
        let text = """
            {"maxAccountLeverage":10.0,"maxPositionNotional":50000.0,"maxDailyLoss":-1000.0,
            "maxOpenOrdersPerSymbol":5,"symbolWhitelist":["BTC/USDT","ETH/USDT","SOL/USDT"],
            "maxSlippageBps":100,"maxStalenessMs":5000,"maxCorrelation":0.7,
            "correlationPenalty":0.5,"minConfidenceScore":0.7,"minStopDistanceMultiplier":1.5,
            "version":1,"lastUpdated":0}
            """
        let policy = try Policy(json: try JSON.parse(Array(text.utf8)))
        #expect(policy == Policy())
        let again = try Policy(json: try JSON.parse(policy.canonical))
        #expect(again.hash == policy.hash)
        let ours = ["maxOrderNotional", "maxSignalAgeMs", "truthDefensiveBelow", "truthOpenBelow"]
        guard case .object(let members) = try JSON.parse(policy.canonical) else { return }
        var theirs = JSONWriter()
        theirs.value(.object(members.filter { !ours.contains($0.name) }))
        #expect(
            SHA256.hash(theirs.bytes).hex
                == "7ff820b56b12d89d64dcb78a261a8062087cde3bc3d47e03e11037a4de354a7d")
    }

    @Test(
        arguments: [
            (#"{"maxDailyLoss":5}"#, "maxDailyLoss"), (#"{"nope":1}"#, "nope"),
            (#"{"maxAccountLeverage":"10"}"#, "maxAccountLeverage"), ("[]", ""),
            (#"{"symbolWhitelist":["BTC/USDT","BTCUSDT"]}"#, "symbolWhitelist"),
            (#"{"maxCorrelation":0.0000001}"#, "maxCorrelation"), (#"{"version":1.5}"#, "version"),
            (#"{"truthDefensiveBelow":90}"#, "truthDefensiveBelow"),
        ])
    func `refuses by name what it cannot take`(text: String, key: String) throws {
        let json = try JSON.parse(Array(text.utf8))
        let error = #expect(throws: PolicyError.self) { try Policy(json: json) }
        #expect(error?.key == key)
    }
}
