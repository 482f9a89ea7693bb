import Domain

/// One symbol's book around the reference market: some levels of limited size on each side.
///
/// Who takes more than the best level holds pays the next one's price, and the whole book moves
/// that way; then it comes back within seconds.
struct Ladder: Hashable, Sendable {
    struct Level: Hashable, Sendable {
        let price: Int64
        var quantity: Int64
    }

    /// Levels on each side.
    static let depth = 12
    /// Microseconds after which a displacement is as good as gone.
    static let recovery: Int64 = 4_000_000

    /// When the reference market was last seen; `nil` before that.
    private(set) var time: Timestamp?
    /// The best first.
    private(set) var bids: [Level] = []
    private(set) var asks: [Level] = []
    /// How far our own orders have moved the book from the reference.
    private(set) var displacement: Int64 = 0

    /// Follows the reference market: new sizes around its prices.
    mutating func refresh(
        bid: Int64, ask: Int64, at now: Timestamp, _ random: inout SplitMix
    ) {
        recover(now.since(time ?? now), farthest: ask / 50)
        time = now
        let tick = Instrument.tick(near: ask)
        let step = max(tick, Instrument.floor(ask / 20_000, to: tick))
        (bids, asks) = ([], [])
        for index in 0..<Self.depth {
            let away = Int64(index) * step
            asks.append(Self.level(ask + displacement + away, index, &random))
            let lower = bid + displacement - away
            if lower > 0 { bids.append(Self.level(lower, index, &random)) }
        }
    }

    /// Executes at most `quantity` at prices not worse than `limit`, the best first.
    mutating func take(_ side: Side, _ quantity: Int64, limit: Int64) -> [Level] {
        let before = best(side)
        let taken = consume(side, quantity, limit: limit)
        if let before, let last = taken.last {
            displacement += (best(side) ?? last.price) - before
        }
        return taken
    }

    /// The same for an order that was in the book before: the market came to it and is not moved.
    mutating func consume(_ side: Side, _ quantity: Int64, limit: Int64) -> [Level] {
        var levels = side == .buy ? asks : bids
        var taken: [Level] = []
        var left = quantity
        while left > 0, let level = levels.first, reaches(level.price, limit, side) {
            let part = min(left, level.quantity)
            taken.append(Level(price: level.price, quantity: part))
            left -= part
            if part == level.quantity { levels.removeFirst() } else { levels[0].quantity -= part }
        }
        if side == .buy { asks = levels } else { bids = levels }
        return taken
    }

    /// The price that an order on `side` pays first.
    func best(_ side: Side) -> Int64? { side == .buy ? asks.first?.price : bids.first?.price }

    private func reaches(_ price: Int64, _ limit: Int64, _ side: Side) -> Bool {
        side == .buy ? price <= limit : price >= limit
    }

    private mutating func recover(_ elapsed: Int64, farthest: Int64) {
        let part = max(0, min(elapsed, Self.recovery))
        displacement -= Int64(Int128(displacement) * Int128(part) / Int128(Self.recovery))
        displacement = max(-farthest, min(farthest, displacement))
    }

    /// A few thousand dollars at the best price, more behind it.
    private static func level(
        _ price: Int64, _ index: Int, _ random: inout SplitMix
    ) -> Level {
        let worth = random.between(1_000, 5_000) * Int64(2 + index) / 2 * Decimal8.one
        return Level(price: price, quantity: Instrument.quantity(worth: worth, at: price))
    }
}
