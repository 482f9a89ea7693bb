/// An amount of the account currency (USDT). May be negative.
///
/// - Unit: 10⁻⁸ of one dollar.
public struct Money: Hashable, Comparable, Sendable {
    public var units: Int64
    @inlinable public init(units: Int64) { self.units = units }
    public static let zero = Money(units: 0)
    @inlinable public static func < (one: Money, other: Money) -> Bool { one.units < other.units }
}

/// What one unit of an instrument costs.
///
/// - Unit: 10⁻⁸ of one dollar.
public struct Price: Hashable, Comparable, Sendable {
    public var units: Int64
    @inlinable public init(units: Int64) { self.units = units }
    public static let zero = Price(units: 0)
    @inlinable public static func < (one: Price, other: Price) -> Bool { one.units < other.units }
}

/// An amount of an instrument; signed where it is a position (long is positive).
///
/// - Unit: 10⁻⁸ of one contract or coin.
public struct Quantity: Hashable, Comparable, Sendable {
    public var units: Int64
    @inlinable public init(units: Int64) { self.units = units }
    public static let zero = Quantity(units: 0)
    @inlinable public static func < (one: Quantity, other: Quantity) -> Bool {
        one.units < other.units
    }

    /// What this amount costs at `price`: signed like the quantity, held within range.
    @inlinable public func value(at price: Price) -> Money {
        Money(units: Decimal8.multiply(units, price.units))
    }
}

/// The two sides of an order.
public enum Side: UInt8, Sendable, CaseIterable {
    case buy = 0
    case sell = 1

    public var name: StaticString { self == .buy ? "BUY" : "SELL" }
    public var opposite: Side { self == .buy ? .sell : .buy }
    /// +1 for a buy, −1 for a sell.
    public var sign: Int64 { self == .buy ? 1 : -1 }
}
