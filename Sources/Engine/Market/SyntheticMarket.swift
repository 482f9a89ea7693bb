public import Domain

/// A made-up market: the tickers of some symbols, several times a second.
///
/// The same seed, symbols and start give the same bytes.
public struct SyntheticMarket: Participant, Sendable {
    private struct Line: Sendable {
        let instrument: Instrument
        var process: PriceProcess
        var next: Int64
    }

    private let venue: String
    private let period: Int64
    private var lines: [Line]
    private var random: SplitMix

    /// Symbols as the policy writes them; `period`: microseconds between two tickers of one.
    public init(
        symbols: [String], seed: UInt64, start: Timestamp, venue: String = "paper",
        period: Int64 = 250_000
    ) {
        precondition(period > 0, "Invariant: time passes between two tickers")
        self.venue = venue
        self.period = period
        random = SplitMix(seed: seed, stream: "market")
        lines = symbols.enumerated().map { index, symbol in
            let instrument = Instrument(symbol: symbol)
            let process = PriceProcess(
                price: instrument.firstPrice, stepMicroseconds: period,
                random: SplitMix(seed: seed, stream: "market." + symbol))
            let offset = period * Int64(index) / Int64(symbols.count)
            return Line(
                instrument: instrument, process: process, next: start.microseconds + offset)
        }
    }

    public var subscriptions: [ParticipantSubscription] { [] }

    public var nextWake: Int64? { lines.map(\.next).min() }

    public mutating func receive(_ message: BusMessage, at time: Timestamp) -> ParticipantOutput {
        ParticipantOutput()
    }

    public mutating func wake(at time: Timestamp) -> ParticipantOutput {
        var output = ParticipantOutput()
        for index in lines.indices where lines[index].next <= time.microseconds {
            lines[index].process.step()
            output.messages.append(ticker(lines[index], at: time).message)
            // Late: what was missed is not made up for.
            let next = lines[index].next + period
            lines[index].next = next > time.microseconds ? next : time.microseconds + period
        }
        return output
    }

    private mutating func ticker(_ line: Line, at time: Timestamp) -> Ticker {
        let middle = line.process.price
        let tick = Instrument.tick(near: middle)
        let half = Int64(clamping: Int128(middle) * Int128(line.process.spread) / 2_000_000_000)
        let bid = max(tick, Instrument.floor(middle - half, to: tick))
        let ask = max(bid + tick, Instrument.floor(middle + half, to: tick) + tick)
        return Ticker(
            venue: venue, instrument: line.instrument, bid: bid, ask: ask,
            bidQuantity: amount(at: middle), askQuantity: amount(at: middle), time: time)
    }

    /// What stands at the best price: worth 2,000 to 30,000 dollars.
    private mutating func amount(at price: Int64) -> Int64 {
        let worth = random.between(2_000, 30_000) * Decimal8.one
        return Instrument.quantity(worth: worth, at: price)
    }
}
