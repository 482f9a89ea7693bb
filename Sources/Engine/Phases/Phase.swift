public import Domain

/// A strategy on the bus: sees tickers, fills and snapshots, and submits signals.
///
/// The same options and the same messages at the same times give the same signals.
public struct Phase: Participant, Sendable {
    /// How the phases of a desk behave.
    public struct Options: Sendable {
        public var symbols: [String]
        public var seed: UInt64 = 1
        /// When the phase starts; with the seed it makes its signals' ids unique across restarts.
        public var start: Timestamp
        /// Microseconds between two signals of the whole desk, on average.
        public var interval: Int64 = 300_000
        /// How many signals of a million are such that the gate has to deny them.
        public var mischief: Int64 = 40_000

        public init(symbols: [String], start: Timestamp) {
            (self.symbols, self.start) = (symbols, start)
        }
    }

    public let name: PhaseName
    private let options: Options
    private let interval: Int64
    private let prefix: String
    private var trends: [Trend]
    private var inventory: Inventory
    private var random: SplitMix
    private var signals: Int64 = 0
    private var next: Int64

    /// All three phases of a desk.
    public static func desk(_ options: Options) -> [Phase] {
        PhaseName.allCases.map { Phase($0, options) }
    }

    public init(_ name: PhaseName, _ options: Options) {
        precondition(options.interval > 0, "Invariant: time passes between two signals")
        (self.name, self.options) = (name, options)
        // Of eleven signals six are P1's, two P2's and three P3's.
        let share: Int64 = name == .scavenger ? 6 : name == .hunter ? 2 : 3
        interval = options.interval * 11 / share
        prefix =
            "\(name.prefix)-\(String(options.seed, radix: 36))-"
            + "\(String(options.start.milliseconds, radix: 36))-"
        trends = options.symbols.map { Trend(symbol: $0) }
        inventory = Inventory(symbols: options.symbols, prefix: prefix)
        random = SplitMix(seed: options.seed, stream: "phase." + name.rawValue + prefix)
        next = options.start.microseconds + random.around(interval)
    }

    public var subscriptions: [ParticipantSubscription] {
        let market = "titan.data.market.ticker.v1.>"
        let fills = "titan.evt.execution.fill.v1.>"
        let truth = "titan.evt.execution.truth.v1"
        // Only the sentinel looks at the account as a whole.
        return (name == .sentinel ? [market, fills, truth] : [market, fills]).map { .core($0) }
    }

    public var nextWake: Int64? { next }

    public mutating func receive(_ message: BusMessage, at time: Timestamp) -> ParticipantOutput {
        if message.subject.hasPrefix("titan.data.") {
            if let (symbol, quote) = try? Quote.read(message.payload),
                let index = trends.firstIndex(where: { $0.symbol == symbol })
            {
                trends[index].take(quote, at: time)
            }
        } else if message.subject.hasPrefix("titan.evt.execution.fill.") {
            inventory.take(fill: message)
        } else {
            inventory.take(snapshot: message)
        }
        return ParticipantOutput()
    }

    public mutating func wake(at time: Timestamp) -> ParticipantOutput {
        next = time.microseconds + max(1, random.around(interval))
        var output = ParticipantOutput()
        let live = trends.indices.filter { trends[$0].isLive(at: time) }
        // No market, no opinion: a signal on old prices would only be denied.
        guard !live.isEmpty, var signal = signal(live, at: time) else { return output }
        if random.chance(perMillion: options.mischief) { spoil(&signal) }
        output.messages = [signal.message(sent: time)]
        return output
    }

    private mutating func signal(_ live: [Int], at time: Timestamp) -> PhaseSignal? {
        var signal: PhaseSignal
        switch name {
        case .scavenger: signal = scavenge(live)
        case .hunter: signal = hunt(live)
        case .sentinel: signal = guardAccount(live)
        }
        signals += 1
        (signal.id, signal.phase, signal.made) = (prefix + String(signals), name, time)
        signal.confidence = random.between(72, 96) * Decimal8.one / 100
        signal.traceparent = traceparent()
        return signal
    }

    /// P1: against the latest move of the symbol that moved most; half of its orders wait.
    private mutating func scavenge(_ live: [Int]) -> PhaseSignal {
        let index = live.max { trends[$0].stretch.magnitude < trends[$1].stretch.magnitude }!
        let wanted: Side = trends[index].stretch > 0 ? .sell : .buy
        let side = bounded(wanted, index, most: 1_000)
        return signal(
            index, side, worth: random.between(20, 60), waits: random.chance(perMillion: 500_000))
    }

    /// P2: with the trend of one symbol, more at once.
    private mutating func hunt(_ live: [Int]) -> PhaseSignal {
        let index = live[Int(random.between(0, Int64(live.count) - 1))]
        let side = bounded(trends[index].momentum >= 0 ? .buy : .sell, index, most: 3_000)
        return signal(index, side, worth: random.between(80, 250), waits: false)
    }

    /// P3: against the account's largest position; a small hedge when there is none to speak of.
    private mutating func guardAccount(_ live: [Int]) -> PhaseSignal {
        let index = live.max { held($0).magnitude < held($1).magnitude }!
        let worth = held(index)
        if worth.magnitude > 1_000 {
            let part = min(400, Int64(worth.magnitude) / 3)
            return signal(index, worth > 0 ? .sell : .buy, worth: part, waits: false)
        }
        let side = bounded(worth >= 0 ? .sell : .buy, index, most: 200)
        return signal(index, side, worth: random.between(20, 50), waits: true)
    }

    /// Worth of the account's position in whole dollars, signed.
    private func held(_ index: Int) -> Int64 {
        Decimal8.multiply(inventory.account[index], trends[index].bid) / Decimal8.one
    }

    /// The wanted side, unless the phase holds so many dollars of it already: then the other.
    private func bounded(_ side: Side, _ index: Int, most: Int64) -> Side {
        let worth = Decimal8.multiply(inventory.own[index], trends[index].bid) / Decimal8.one
        return worth * side.sign > most ? side.opposite : side
    }

    /// Worth in whole dollars. One that waits asks for the near price, one that does not pays up to
    /// five hundredths of a percent more than the far one.
    private mutating func signal(
        _ index: Int, _ side: Side, worth: Int64, waits: Bool
    ) -> PhaseSignal {
        let trend = trends[index]
        var signal = PhaseSignal()
        (signal.symbol, signal.side) = (trend.symbol, side)
        let near = trend.touch(side.opposite)
        let far = trend.touch(side)
        signal.best = near
        signal.limit = waits ? near : far + far / 2_000 * side.sign
        signal.limit = Instrument.floor(signal.limit, to: Instrument.tick(near: far))
        signal.quantity = Instrument.quantity(worth: worth * Decimal8.one, at: far)
        return signal
    }

    /// What phases get wrong: too much, not sure, a symbol that is not traded, too late.
    private mutating func spoil(_ signal: inout PhaseSignal) {
        switch random.between(0, 3) {
        case 0:
            let worth = random.between(12_000, 60_000) * Decimal8.one
            signal.quantity = Instrument.quantity(worth: worth, at: signal.limit)
        case 1: signal.confidence = random.between(30, 65) * Decimal8.one / 100
        case 2: signal.symbol = "DOGE/USDT"
        default:
            let late = -random.between(8_000_000, 60_000_000)
            signal.made = signal.made.adding(microseconds: late)
        }
    }

    private mutating func traceparent() -> String {
        func hex(_ value: UInt64) -> String {
            let digits = String(value | 1, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }
        return "00-\(hex(random.next()))\(hex(random.next()))-\(hex(random.next()))-01"
    }
}
