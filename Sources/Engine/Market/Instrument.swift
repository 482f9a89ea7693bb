import Domain

/// One symbol in the spellings of the bus, and the steps of its prices and amounts.
struct Instrument: Hashable, Sendable {
    /// `BTC/USDT`.
    let symbol: String

    /// `BTC_USDT`: as a token of a subject.
    var token: String { symbol.split(separator: "/").joined(separator: "_") }

    /// `BTCUSDT`: as phases and exchanges write it.
    var plain: String { symbol.split(separator: "/").joined() }

    /// Where a synthetic market begins. Units of 10⁻⁸ of a dollar.
    var firstPrice: Int64 {
        switch symbol {
        case "BTC/USDT": 46_000 * Decimal8.one
        case "ETH/USDT": 3_700 * Decimal8.one
        case "SOL/USDT": 170 * Decimal8.one
        default: 100 * Decimal8.one
        }
    }

    /// The smallest step of a price near `price`: about a millionth of it.
    static func tick(near price: Int64) -> Int64 {
        var tick: Int64 = 1
        while tick <= price / 10_000_000 { tick *= 10 }
        return tick
    }

    /// The smallest step of an amount: worth some dollars at `price`.
    static func lot(near price: Int64) -> Int64 {
        var lot: Int64 = 1
        while Decimal8.multiply(lot, price) < Decimal8.one, lot < Decimal8.one { lot *= 10 }
        return lot
    }

    /// The amount that is worth about `notional`, at least one lot.
    static func quantity(worth notional: Int64, at price: Int64) -> Int64 {
        let lot = lot(near: price)
        return max(lot, Decimal8.divide(notional, price) / lot * lot)
    }

    /// The step of prices at or under `price`.
    static func floor(_ price: Int64, to tick: Int64) -> Int64 { price - price % tick }
}
