import Domain
import Testing

@testable import Engine

@Suite struct `A market` {
    private let start = Timestamp(microseconds: 1_700_000_000_000_000)
    private let symbols = ["BTC/USDT", "ETH/USDT", "SOL/USDT"]

    /// Everything that a participant sends by itself up to a time.
    private func play(_ participant: some Participant, until end: Int64) -> [OutgoingMessage] {
        var participant = participant
        var messages: [OutgoingMessage] = []
        while let wake = participant.nextWake, wake <= end {
            messages += participant.wake(at: Timestamp(microseconds: wake)).messages
        }
        return messages
    }

    private func synthetic(_ seed: UInt64, minutes: Int64) -> [OutgoingMessage] {
        play(
            SyntheticMarket(symbols: symbols, seed: seed, start: start),
            until: start.microseconds + minutes * 60_000_000)
    }

    @Test func `is the same for the same seed, and another for another`() {
        #expect(synthetic(1, minutes: 2) == synthetic(1, minutes: 2))
        #expect(synthetic(1, minutes: 2) != synthetic(2, minutes: 2))
    }

    @Test func `says what the engine reads, several times a second for each symbol`() throws {
        let messages = synthetic(3, minutes: 1)
        #expect((719...723).contains(messages.count))
        for message in messages {
            let (symbol, quote) = try Quote.read(message.payload)
            #expect(symbols.contains(symbol))
            #expect(quote.ask > quote.bid && quote.bid > 0)
            #expect(
                message.subject
                    == "titan.data.market.ticker.v1.paper." + symbol.replacing("/", with: "_"))
            let json = try JSON.parse(message.payload)
            for name in ["s", "b", "B", "a", "A", "T", "E", "price"] {
                #expect(json[name] != nil, "\(name)")
            }
        }
        let first = try Quote.read(messages[0].payload).quote.bid
        #expect((45_000...47_000).contains(first / Decimal8.one))
    }

    @Test func `makes up for nothing when it is late`() {
        var market = SyntheticMarket(symbols: symbols, seed: 1, start: start)
        let late = start.adding(microseconds: 60_000_000)
        #expect(market.wake(at: late).messages.count == 3)
        #expect(market.nextWake! > late.microseconds)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `has wild times in clusters, and heavy tails`(seed: UInt64) {
        var process = PriceProcess(
            price: 46_000 * Decimal8.one, stepMicroseconds: 250_000,
            random: SplitMix(seed: seed))
        // Moves over ten seconds, so that the bounce does not hide the walk; billionths.
        var moves: [Int64] = []
        var last = process.price
        for _ in 0..<8_000 {
            for _ in 0..<40 { process.step() }
            moves.append((process.price - last) * 1_000 / (last / 1_000_000))
            last = process.price
        }
        let count = Int128(moves.count)
        let variance = moves.reduce(Int128(0)) { $0 + Int128($1) * Int128($1) } / count
        let fourth = moves.reduce(Int128(0)) {
            $0 + Int128($1) * Int128($1) * Int128($1) * Int128($1)
        }
        // A bell curve has 3 times the square of its variance.
        #expect(fourth / count > variance * variance * 7 / 2)
        // Sizes of neighbours go together: large after large.
        let sizes = moves.map { Int128($0.magnitude) }
        let mean = sizes.reduce(0, +) / count
        let together = zip(sizes, sizes.dropFirst()).reduce(Int128(0)) {
            $0 + ($1.0 - mean) * ($1.1 - mean)
        }
        let spread = sizes.reduce(Int128(0)) { $0 + ($1 - mean) * ($1 - mean) }
        #expect(together * 100 > spread * 5)
        #expect((10_000...100_000).contains(last / Decimal8.one))
    }

    @Test func `draws fairly`() {
        var random = SplitMix(seed: 5)
        let bells = (0..<20_000).map { _ in random.bell() }
        let mean = bells.reduce(0, +) / 20_000
        let variance = bells.reduce(0) { $0 + $1 * $1 } / 20_000
        #expect((-30...30).contains(mean))
        #expect((950_000...1_050_000).contains(variance))
        #expect(Set((0..<200).map { _ in random.between(-1, 1) }) == [-1, 0, 1])
        #expect((0..<1_000).count { _ in random.chance(perMillion: 0) } == 0)
        #expect((0..<1_000).count { _ in random.chance(perMillion: 1_000_000) } == 1_000)
        for value in [Int64(0), 1, 2, 3, 4, 15, 16, 17, 99_999, .max] {
            let root = PriceProcess.root(value)
            #expect(Int128(root) * Int128(root) <= Int128(value))
            #expect(Int128(root + 1) * Int128(root + 1) > Int128(value))
        }
    }
}

@Suite struct `A replay of bars` {
    private let bars: [Bar] = [
        bar(minute: 0, 100, 120, 90, 110), bar(minute: 1, 110, 111, 80, 85),
        bar(minute: 5, 85, 95, 80, 85),
    ]

    private static func bar(
        minute: Int64, _ open: Int64, _ high: Int64, _ low: Int64, _ close: Int64
    ) -> Bar {
        Bar(
            time: Timestamp(microseconds: 1_640_991_660_000_000 + minute * 60_000_000),
            open: open * Decimal8.one, high: high * Decimal8.one, low: low * Decimal8.one,
            close: close * Decimal8.one, volume: 1)
    }

    private func play(_ replay: BarReplay) throws -> [Quote] {
        var replay = replay
        var quotes: [Quote] = []
        while let wake = replay.nextWake {
            for message in replay.wake(at: Timestamp(microseconds: wake)).messages {
                quotes.append(try Quote.read(message.payload).quote)
            }
        }
        #expect(replay.isFinished)
        return quotes
    }

    @Test func `goes from open over both ends to close`() throws {
        let replay = BarReplay(bars)
        #expect(replay.firstTime == bars[0].time)
        #expect(replay.lastTime == bars[2].time.adding(microseconds: 60_000_000))
        #expect(!replay.isFinished)
        let quotes = try play(replay)
        #expect(quotes.count == 60)
        let prices = quotes.map { ($0.bid / 2 + $0.ask / 2) / (Decimal8.one / 10) }
        #expect(prices[0] == 1000 && prices[19] == 1100)
        #expect(prices[20] == 1100 && prices[39] == 850)
        let rising = prices[0..<20]
        #expect(rising.min()! < 915 && rising.max()! > 1185)
        #expect(rising.firstIndex(of: rising.min()!)! < rising.firstIndex(of: rising.max()!)!)
        let falling = prices[20..<40]
        #expect(falling.firstIndex(of: falling.max()!)! < falling.firstIndex(of: falling.min()!)!)
        #expect(prices.allSatisfy { (799...1201).contains($0) })
    }

    @Test func `keeps the bars' times, or starts when it is told to`() throws {
        let own = try play(BarReplay(bars))
        #expect(own[0].time == bars[0].time)
        #expect(own[40].time == bars[2].time)
        #expect(own[1].time.since(own[0].time) == 3_000_000)
        var options = BarReplay.Options()
        options.start = Timestamp(microseconds: 1_800_000_000_000_000)
        let moved = try play(BarReplay(bars, options: options))
        #expect(moved[0].time == options.start)
        #expect(
            zip(own, moved).allSatisfy {
                $1.time.since($0.time) == moved[0].time.since(own[0].time)
            })
    }

    @Test func `is the same for the same seed`() throws {
        #expect(try play(BarReplay(bars)) == play(BarReplay(bars)))
    }
}
