extension Step {
    mutating func quote(_ input: QuoteInput) {
        guard state.books.quotes.indices.contains(Int(clamping: input.symbol)) else { return }
        state.books.quotes[Int(input.symbol)] = input.quote
        state.books.equityHigh = max(state.books.equityHigh, state.books.equity)
    }

    /// Books a fill once, whatever state the desk is in: fills happen while halted, too.
    mutating func book(_ fill: Fill) {
        guard !state.knownExecutions.contains(fill.executionId) else {
            note(.fills, .duplicateFill, id: fill.executionId, fill)
            return
        }
        guard let symbol = policy.index(of: fill.symbol) else {
            note(.positions, .foreignFill, id: fill.executionId, fill)
            return
        }
        state.knownExecutions.insert(fill.executionId)
        if let order = state.books.orders.first(where: { $0.id == fill.orderId }) {
            // `sent` after a fill: the venue never said that it took the order.
            if order.state == .sent { note(.orders, .unacknowledged, id: fill.orderId, fill) }
            tell(order.id, .filled(quantity: fill.quantity, price: fill.price))
        } else if !fill.orderId.hasPrefix("ord-" + state.started.desk) {
            note(.positions, .foreignFill, id: fill.executionId, fill)
        }
        state.books.book(fill, symbol: symbol)
        // What only reduced before this fill may enlarge after it.
        if state.breaker.state != .normal { withdrawEnlarging(reason: state.breaker.code) }
    }

    private mutating func note(
        _ component: TruthComponent, _ kind: DiscrepancyKind, id: String, _ fill: Fill
    ) {
        var incident = Discrepancy(component, kind, severity: 2500)
        (incident.id, incident.symbol) = (id, fill.symbol)
        (incident.ours, incident.venue) = (0, fill.side.sign * fill.quantity)
        state.truth.note(incident, at: now)
    }

    mutating func take(_ report: OrderReport) {
        guard let index = state.books.orders.firstIndex(where: { $0.id == report.orderId }) else {
            return
        }
        tell(report.orderId, .reported(report.status, reason: report.reason))
        switch report.status {
        case .accepted: state.books.orders[index].state = .accepted
        case .rejected, .canceled, .expired: state.books.orders.remove(at: index)
        }
    }

    mutating func take(_ dispatched: Dispatched) {
        guard let index = state.books.orders.firstIndex(where: { $0.id == dispatched.orderId })
        else { return }
        tell(dispatched.orderId, .dispatched(dispatched.outcome))
        switch dispatched.outcome {
        case .sent:
            if state.books.orders[index].state == .pending {
                state.books.orders[index].state = .sent
            }
        case .unknown:
            // Unless the venue has spoken: then it is known.
            if state.books.orders[index].state == .pending {
                state.books.orders[index].state = .unknown
            }
        case .withheld, .refused, .expired: state.books.orders.remove(at: index)
        }
    }

    /// Compares the venue's books with ours, and books executions that were never reported.
    mutating func reconcile(_ snapshot: VenueSnapshot) {
        guard snapshot.sequence > state.truth.latestSequence else { return }
        state.truth.latestSequence = snapshot.sequence
        let found = Reconciliation(
            books: state.books, policy: policy, snapshot: snapshot, time: now
        )
        .discrepancies()
        state.truth.conclude(found, made: snapshot.made, at: now)
        recover(snapshot)
        settle(snapshot)
        confirmFlat(snapshot)
        recoverOnEvidence()
    }

    /// Evidence repairs the books: what the venue executed is booked once, reported or not.
    private mutating func recover(_ snapshot: VenueSnapshot) {
        for fill in snapshot.recent where !state.knownExecutions.contains(fill.executionId) {
            guard let symbol = policy.index(of: fill.symbol) else { continue }
            state.knownExecutions.insert(fill.executionId)
            if state.books.orders.contains(where: { $0.id == fill.orderId }) {
                tell(fill.orderId, .filled(quantity: fill.quantity, price: fill.price))
            }
            state.books.book(fill, symbol: symbol)
        }
    }

    /// Says what became of an order, to whoever follows its decision.
    private mutating func tell(_ orderId: String, _ kind: OrderStep.Kind) {
        output.effects.append(
            .publish(.order(OrderStep(orderId: orderId, kind: kind, time: now))))
    }

    /// Orders that the venue works are accepted; those that it misses twice running are gone.
    private mutating func settle(_ snapshot: VenueSnapshot) {
        for index in state.books.orders.indices.reversed() {
            let order = state.books.orders[index]
            if snapshot.orders.contains(where: { $0.id == order.id }) {
                if order.state == .sent, now.since(order.created) > Reconciliation.flight {
                    var incident = Discrepancy(.orders, .unacknowledged, severity: 2500)
                    (incident.id, incident.ours) = (order.id, order.open)
                    incident.symbol = policy.symbolWhitelist[Int(order.symbol)]
                    state.truth.note(incident, at: now)
                }
                state.books.orders[index].state = .accepted
                state.books.orders[index].missing = 0
                if order.withdrawn, now.since(order.withdrawnAt) > Reconciliation.flight {
                    withdraw(index, reason: "still_working")
                }
            } else if order.state != .pending,
                now.since(order.created) > Reconciliation.flight
            {
                state.books.orders[index].missing += 1
                if order.missing >= 1 {
                    state.books.orders.remove(at: index)
                    tell(order.id, .vanished)
                }
            }
        }
    }
}
