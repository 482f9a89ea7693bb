/// Compares our books with one snapshot of the venue's.
struct Reconciliation {
    let books: Books
    let policy: Policy
    let snapshot: VenueSnapshot
    let time: Timestamp

    /// How long an order may be on its way before the venue must know it. Microseconds.
    static let flight: Int64 = 3_000_000
    /// Dollars in units of 10⁻⁸ by which balances may differ: roundings of many fills.
    static let balanceTolerance: Int64 = 1_000_000

    func discrepancies() -> [Discrepancy] {
        positions() + missingOrders() + foreignOrders() + fills() + balances()
    }

    /// Per symbol, never netted: +1 here and −1 there must not cancel. The loss is the larger of
    /// the share of the position and the share of the position limit.
    private func positions() -> [Discrepancy] {
        policy.symbolWhitelist.indices.compactMap { index in
            let ours = books.positions[index].quantity
            let symbol = policy.symbolWhitelist[index]
            let venue = snapshot.positions.first { $0.symbol == symbol }?.quantity ?? 0
            guard ours != venue else { return nil }
            let difference = Int128(ours) - Int128(venue)
            let largest = Int128(max(ours.magnitude, venue.magnitude))
            let share = difference.magnitude * 10_000 / largest.magnitude
            var found = Discrepancy(
                .positions, .quantityDiffers, severity: min(10_000, max(2000, Int64(share))))
            (found.symbol, found.ours, found.venue) = (symbol, ours, venue)
            return found
        } + unlistedPositions()
    }

    /// Positions in symbols that the policy does not name.
    private func unlistedPositions() -> [Discrepancy] {
        snapshot.positions.filter { $0.quantity != 0 && policy.index(of: $0.symbol) == nil }.map {
            var found = Discrepancy(.positions, .quantityDiffers, severity: 10_000)
            (found.symbol, found.venue) = ($0.symbol, $0.quantity)
            return found
        }
    }

    private func missingOrders() -> [Discrepancy] {
        books.orders.filter { order in
            time.since(order.created) > Self.flight && order.state != .pending
                && !snapshot.orders.contains { $0.id == order.id }
        }.map { order in
            var found = Discrepancy(.orders, .unknownAtVenue, severity: 2000)
            (found.id, found.ours) = (order.id, order.open)
            found.symbol = policy.symbolWhitelist[Int(order.symbol)]
            return found
        }
    }

    private func foreignOrders() -> [Discrepancy] {
        snapshot.orders.compactMap { theirs in
            let ours = books.orders.first { $0.id == theirs.id }
            // Ours for certain if we made the id; it may have been filled while this was written.
            if let ours, ours.open == theirs.open || ours.open < theirs.open { return nil }
            var found = Discrepancy(
                .orders, ours == nil ? .foreignOrder : .quantityDiffers, severity: 2000)
            (found.id, found.symbol) = (theirs.id, theirs.symbol)
            (found.ours, found.venue) = (ours?.open ?? 0, theirs.open)
            return found
        }
    }

    private func fills() -> [Discrepancy] {
        let missing = (Int128(snapshot.executions) - Int128(books.executions)).magnitude
        guard missing != 0 else { return [] }
        let severity = 2000 * Int64(min(5, missing))
        var found = Discrepancy(.fills, .missingFill, severity: severity)
        (found.ours, found.venue) = (
            Int64(clamping: Int128(books.executions) * Int128(Decimal8.one)),
            Int64(clamping: Int128(snapshot.executions) * Int128(Decimal8.one))
        )
        found.id = snapshot.recent.last?.executionId ?? ""
        return [found]
    }

    /// 1 % of the equity costs the whole component.
    private func balances() -> [Discrepancy] {
        guard let cash = snapshot.cash else {
            return [Discrepancy(.balances, .stale, severity: 10_000)]
        }
        let difference = (Int128(cash) - Int128(books.cash)).magnitude
        guard difference > UInt128(Self.balanceTolerance) else { return [] }
        let share = difference * 1_000_000 / UInt128(max(1, books.equity.magnitude))
        var found = Discrepancy(
            .balances, .balanceDiffers, severity: Int64(min(10_000, max(100, share))))
        (found.ours, found.venue) = (books.cash, cash)
        return [found]
    }
}
