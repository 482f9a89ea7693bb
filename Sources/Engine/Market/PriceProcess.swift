import Domain

/// One price that moves as prices do: quiet and wild times come in clusters, and now and then it
/// jumps. Integers only.
///
/// The slow part is a random walk whose variance follows its own shocks; the fast part is the bounce
/// around it, which always comes back.
/// Source: Bollerslev, "Generalized Autoregressive Conditional Heteroskedasticity", 1986.
struct PriceProcess: Hashable, Sendable {
    /// Returns count billionths.
    private enum Scale {
        static let one: Int64 = 1_000_000_000
        /// Deviation of one step of 250 ms at 60 % a year.
        static let deviation: Int64 = 53_000
        /// Of the bounce's shocks; the bounce itself is about three times as wide.
        static let bounce: Int64 = 90_000
        /// The most that one step may move: 2 %.
        static let stepMaximum: Int64 = 20_000_000
        /// How much wilder than usual it may get, as a factor of the variance.
        static let wildest: Int64 = 400
    }

    private let first: Int64
    /// The usual variance of one step.
    private let usual: Int64
    private var variance: Int64
    private var slow: Int64
    private var bounce: Int64 = 0
    private var random: SplitMix

    init(price: Int64, stepMicroseconds: Int64, random: SplitMix) {
        first = price
        slow = price
        let variance = Int128(Scale.deviation * Scale.deviation) * Int128(stepMicroseconds)
        usual = max(1, Int64(clamping: variance / 250_000))
        self.variance = usual
        self.random = random
    }

    /// The middle of the market.
    var price: Int64 { Self.move(slow, by: bounce) }

    /// Billionths of the price between bid and ask: wider when it is wild.
    var spread: Int64 { 20_000 + Self.root(variance) / 2 }

    mutating func step() {
        let shock = max(
            -Scale.stepMaximum, min(Scale.stepMaximum, Self.root(variance) * tail() / 1000))
        // 0.5 % of the usual, 5 % of the latest shock, 94.5 % of what was.
        let next = Int128(usual) * 5 + Int128(shock) * Int128(shock) * 50 + Int128(variance) * 945
        variance = Int64(clamping: min(next / 1000, Int128(usual) * Int128(Scale.wildest)))
        slow = max(first / 8, min(Int64(clamping: Int128(first) * 8), Self.move(slow, by: shock)))
        bounce += random.bell() * Scale.bounce / 1000 - bounce / 16
    }

    /// A bell curve with heavy tails, in thousandths: one draw in 64 is four times as far.
    private mutating func tail() -> Int64 {
        let wild = random.chance(perMillion: 15_625)
        // The mixture's variance is 1 + 15 ÷ 64; 900 ÷ 1000 brings it back to one.
        return random.bell() * (wild ? 4 : 1) * 900 / 1000
    }

    private static func move(_ price: Int64, by billionths: Int64) -> Int64 {
        let change = Int128(price) * Int128(billionths) / Int128(Scale.one)
        return max(1, Int64(clamping: Int128(price) + change))
    }

    /// The whole square root. Source: Newton's method from above.
    static func root(_ value: Int64) -> Int64 {
        guard value > 1 else { return max(0, value) }
        var guess = Int64(1) << ((65 - value.leadingZeroBitCount) / 2)
        while true {
            let next = (guess + value / guess) / 2
            if next >= guess { return guess }
            guess = next
        }
    }
}
