/// Every position that could come about: the working orders and this one, filled in any
/// combination, partially or not at all.
///
/// Looking at the worst amount alone is not enough: a leftover sell of 5 would hide a buy of 1 that
/// adds to a long. Source: features, M4.
struct Reach {
    private let position: Int64
    /// The lowest and highest reachable signed position.
    private let low: Int64
    private let high: Int64

    init(_ question: Question) {
        let buy = question.side == .buy ? question.quantity : 0
        let sell = question.side == .sell ? question.quantity : 0
        position = question.position
        low = Int64(clamping: Int128(position) - Int128(question.workingSells) - Int128(sell))
        high = Int64(clamping: Int128(position) + Int128(question.workingBuys) + Int128(buy))
    }

    /// Whether no reachable position lies outside nought … current.
    var onlyReduces: Bool { position != 0 && slack >= 0 }

    /// How much room there is inside nought … current; negative when there is none.
    var slack: Int64 {
        let above = Int128(max(0, position)) - Int128(high)
        let below = Int128(low) - Int128(min(0, position))
        return position == 0 ? -max(1, high - max(low, 0)) : Int64(clamping: min(above, below))
    }

    /// The larger end's worth.
    func worstNotional(at price: Int64) -> Int64 {
        let amount = Int64(clamping: max(low.magnitude, high.magnitude))
        return Decimal8.multiply(amount, price)
    }
}
