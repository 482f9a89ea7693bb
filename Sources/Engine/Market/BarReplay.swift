public import Domain

/// A recorded market: bars of one minute, each expanded to a path of ticks for one symbol.
///
/// The same bars, seed and start give the same bytes. After the last bar it is silent, and the
/// desk's own check of the market's age does the rest.
public struct BarReplay: Participant, Sendable {
    /// How bars become ticks.
    public struct Options: Sendable {
        public var symbol = "BTC/USDT"
        public var venue = "paper"
        public var seed: UInt64 = 1
        /// Ticks of one minute: every three seconds, well inside what counts as stale.
        public var ticksPerBar: Int64 = 20
        /// When the first bar is played; `nil`: at its own time.
        public var start: Timestamp?

        public init() {}
    }

    private static let minute: Int64 = 60_000_000
    private let bars: [Bar]
    private let options: Options
    private let instrument: Instrument
    /// Added to the bars' times.
    private let shift: Int64
    private var bar = 0
    private var tick: Int64 = 0
    private var path: [Int64] = []
    private var random: SplitMix

    /// At least one bar, in order of time: what `BarFile` gives.
    public init(_ bars: [Bar], options: Options = Options()) {
        precondition(!bars.isEmpty, "Invariant: a replay has bars")
        precondition((1...60).contains(options.ticksPerBar), "Invariant: 1 to 60 ticks a minute")
        (self.bars, self.options) = (bars, options)
        instrument = Instrument(symbol: options.symbol)
        shift = options.start.map { $0.since(bars[0].time) } ?? 0
        random = SplitMix(seed: options.seed, stream: "replay." + options.symbol)
        draw()
    }

    /// Where virtual time can start: when the first tick comes.
    public var firstTime: Timestamp { bars[0].time.adding(microseconds: shift) }

    /// When the last bar ends.
    public var lastTime: Timestamp {
        bars[bars.count - 1].time.adding(microseconds: shift + Self.minute)
    }

    /// Whether every tick has been played.
    public var isFinished: Bool { bar == bars.count }

    public var subscriptions: [ParticipantSubscription] { [] }

    public var nextWake: Int64? {
        isFinished
            ? nil
            : bars[bar].time.microseconds + shift + tick * Self.minute / options.ticksPerBar
    }

    public mutating func receive(_ message: BusMessage, at time: Timestamp) -> ParticipantOutput {
        ParticipantOutput()
    }

    public mutating func wake(at time: Timestamp) -> ParticipantOutput {
        var output = ParticipantOutput()
        guard !isFinished else { return output }
        output.messages = [ticker(around: middle(), at: time).message]
        tick += 1
        if tick == options.ticksPerBar {
            (bar, tick) = (bar + 1, 0)
            draw()
        }
        return output
    }

    /// Chooses the way through the next bar.
    private mutating func draw() {
        guard !isFinished else { return }
        path = bars[bar].path(lowFirst: random.chance(perMillion: 500_000))
    }

    /// Where the path is now: three straight stretches, the first tick at the open, the last one at
    /// the close.
    private func middle() -> Int64 {
        let steps = max(1, options.ticksPerBar - 1)
        let along = tick * 3
        let stretch = min(2, along / steps)
        let (from, to) = (path[Int(stretch)], path[Int(stretch) + 1])
        let part = Int128(to - from) * Int128(along - stretch * steps) / Int128(steps)
        return from + Int64(part)
    }

    private mutating func ticker(around middle: Int64, at time: Timestamp) -> Ticker {
        let step = Instrument.tick(near: middle)
        // Two thousandths of a percent on each side: what the large venues show.
        let half = max(step, Instrument.floor(middle / 50_000, to: step))
        let bid = max(step, Instrument.floor(middle, to: step) - half)
        let worth = random.between(2_000, 30_000) * Decimal8.one
        let amount = Instrument.quantity(worth: worth, at: middle)
        return Ticker(
            venue: options.venue, instrument: instrument, bid: bid, ask: bid + 2 * half,
            bidQuantity: amount, askQuantity: amount, time: time)
    }
}
