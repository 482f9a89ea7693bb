import Crypto
import Domain
import TestSupport
import Testing

@testable import Engine

@Suite struct `A replay` {
    /// Random inputs of every kind, and the records that they led to.
    private static func records(seed: UInt64, count: Int = 400) -> (core: Core, records: [[UInt8]])
    {
        var random = Seeded(seed: seed)
        var core = Core(snapshotRecords: 200)
        var records: [[UInt8]] = []
        var time = Timestamp(microseconds: 1_700_000_000_000_000)
        var epoch: UInt64 = 1
        var started = Started()
        (started.armed, started.cash, started.desk) = (true, 100_000 * Decimal8.one, "t")
        started.policy = String(decoding: Policy().canonical, as: UTF8.self)
        func take(_ input: Input) {
            time = time.adding(microseconds: .random(in: 0...900_000, using: &random))
            let output = core.step(Entry(time: time, haltEpoch: epoch, input: input))
            records += output.records.map(\.bytes)
        }
        for turn in 0..<count {
            if turn % 150 == 0 {
                started.haltEpoch = epoch
                take(.started(started))
            }
            if Int.random(in: 0..<80, using: &random) == 0 { epoch += 1 }
            take(Self.input(core.state, turn, time, epoch, &random))
            let sequence = core.state.sequence
            if turn % 90 == 89 {
                take(.checkpoint(Checkpoint(sequence: sequence, digest: core.state.digest)))
            }
        }
        return (core, records)
    }

    private static func input(
        _ state: State, _ turn: Int, _ time: Timestamp, _ epoch: UInt64, _ random: inout Seeded
    ) -> Input {
        let order = state.books.orders.randomElement(using: &random)
        switch Int.random(in: 0...9, using: &random) {
        case 0: return .tick
        case 1, 2:
            var quote = QuoteInput()
            let price = Int64.random(in: 49_000...51_000, using: &random) * Decimal8.one
            (quote.quote.bid, quote.quote.ask, quote.quote.time) = (price, price + 1, time)
            return .quote(quote)
        case 3, 4:
            var signal = Signal()
            (signal.id, signal.symbol) = ("s\(turn)", "BTCUSDT")
            signal.side = Bool.random(using: &random) ? .buy : .sell
            (signal.made, signal.confidence, signal.quantity) = (time, Decimal8.one, 1_000_000)
            signal.price = 50_000 * Decimal8.one
            return .signal(signal)
        case 5:
            var fill = Fill()
            (fill.executionId, fill.orderId) = ("x\(turn)", order?.id ?? "alien")
            (fill.symbol, fill.price, fill.quantity) = ("BTC/USDT", 50_000 * Decimal8.one, 500_000)
            fill.side = order?.side ?? .buy
            return .fill(fill)
        case 6:
            return .dispatched(
                Dispatched(
                    orderId: order?.id ?? "",
                    outcome: DispatchOutcome.allCases.randomElement(using: &random)!))
        case 7:
            var report = OrderReport()
            report.orderId = order?.id ?? ""
            report.status = ReportStatus.allCases.randomElement(using: &random)!
            return .report(report)
        case 8:
            var command = OperatorCommand()
            command.action = OperatorAction.allCases.randomElement(using: &random)!
            (command.actor, command.clearsEpoch) = ("ann", epoch)
            return .command(command)
        default:
            var snapshot = VenueSnapshot()
            (snapshot.sequence, snapshot.made, snapshot.cashKnown) = (Int64(turn), time, true)
            (snapshot.cashTotal, snapshot.executions) = (state.books.cash, state.books.executions)
            return .snapshot(snapshot)
        }
    }

    private static func replay(_ records: [[UInt8]], _ core: Core = Core(snapshotRecords: 200))
        -> Replay
    {
        var replay = Replay(core: core)
        let first = core.state.sequence
        for (index, bytes) in records.enumerated() {
            replay.take(sequence: first + UInt64(index) + 1, bytes: bytes)
        }
        replay.finish()
        return replay
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `of any inputs finds the same records and the same digest`(seed: UInt64) {
        let (core, records) = Self.records(seed: seed)
        let replay = Self.replay(records)
        #expect(replay.divergence == nil)
        #expect(replay.core.state.digest == core.state.digest)
        #expect(replay.records == UInt64(records.count))
    }

    @Test func `from a snapshot anywhere finds the same as from the start`() {
        let (core, records) = Self.records(seed: 3)
        var half = Replay(core: Core(snapshotRecords: 200))
        for (index, bytes) in records.prefix(records.count / 2).enumerated() {
            half.take(sequence: UInt64(index) + 1, bytes: bytes)
        }
        let encoded = BinaryEncoder.encode(half.core.state)
        guard let state = BinaryDecoder.decode(State.self, from: encoded) else {
            Issue.record("the state does not read")
            return
        }
        let rest = Array(records.dropFirst(Int(state.sequence)))
        let replay = Self.replay(rest, Core(state: state, snapshotRecords: 200))
        #expect(replay.divergence == nil)
        #expect(replay.core.state.digest == core.state.digest)
    }

    @Test func `names the first decision that is not what follows, and uses no name twice`() {
        var (_, records) = Self.records(seed: 4)
        let places = records.indices.filter { Record.isDecision(records[$0]) }
        let place = places[places.count / 2]
        guard case .decision(var decision) = Record(bytes: records[place]) else { return }
        decision.question.price += 1
        records[place] = Record.decision(decision).bytes
        let replay = Self.replay(records)
        #expect(replay.divergence == "record \(place + 1) is not what replay gives")
        #expect(replay.core.state.sequence == UInt64(records.count))
    }

    @Test func `names a record that is missing, and one that does not read`() {
        let (_, records) = Self.records(seed: 5)
        let place = records.indices.filter { Record.isDecision(records[$0]) }[3]
        var less = records
        less.remove(at: place)
        #expect(Self.replay(less).divergence != nil)
        var cut = records
        let entry = cut.indices.last { Record.isEntry(cut[$0]) && cut[$0].count > 12 }!
        cut[entry].removeLast()
        #expect(Self.replay(cut).divergence?.contains("record \(entry + 1)") == true)
        #expect(Self.replay(Array(records.prefix(place))).divergence != nil)
    }

    @Test func `finds a digest on record that is not the state's`() {
        var (_, records) = Self.records(seed: 6)
        for index in records.indices {
            guard case .entry(var entry) = Record(bytes: records[index]),
                case .checkpoint(var checkpoint) = entry.input
            else { continue }
            checkpoint.digest = .zero
            entry.input = .checkpoint(checkpoint)
            records[index] = Record.entry(entry).bytes
            let divergence = Self.replay(records).divergence
            #expect(divergence?.contains("digest") == true)
            return
        }
        Issue.record("there is no checkpoint")
    }
}
