import Domain

/// What a phase has seen of one symbol: the market now, and where it has been lately.
struct Trend: Hashable, Sendable {
    let symbol: String
    private(set) var bid: Int64 = 0
    private(set) var ask: Int64 = 0
    private(set) var time = Timestamp.zero
    /// Averages over about 8 and about 64 tickers.
    private(set) var fast: Int64 = 0
    private(set) var slow: Int64 = 0
    private var tickers = 0

    init(symbol: String) { self.symbol = symbol }

    private var middle: Int64 { bid / 2 + ask / 2 }

    mutating func take(_ quote: Quote, at now: Timestamp) {
        (bid, ask, time) = (quote.bid, quote.ask, now)
        if tickers == 0 { (fast, slow) = (middle, middle) }
        tickers += 1
        fast += (middle - fast) / 8
        slow += (middle - slow) / 64
    }

    /// Whether there is a market to act on: seen often enough, and just now.
    func isLive(at now: Timestamp) -> Bool { tickers >= 8 && now.since(time) <= 4_000_000 }

    /// How far the price is above its short average, in billionths.
    var stretch: Int64 { Self.billionths(middle - fast, of: fast) }

    /// How far the short average is above the long one, in billionths.
    var momentum: Int64 { Self.billionths(fast - slow, of: slow) }

    /// What an order on that side pays at once.
    func touch(_ side: Side) -> Int64 { side == .buy ? ask : bid }

    private static func billionths(_ difference: Int64, of whole: Int64) -> Int64 {
        whole == 0 ? 0 : Int64(clamping: Int128(difference) * 1_000_000_000 / Int128(whole))
    }
}
