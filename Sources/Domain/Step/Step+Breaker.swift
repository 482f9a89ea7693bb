extension Step {
    mutating func tighten(_ target: BreakerState, code: String, reason: String) {
        move(to: target, Breaker.Cause(code: code, reason: reason))
    }

    /// Stops the desk and cancels what could enlarge a position.
    mutating func halt(_ cause: Breaker.Cause) {
        move(to: .halted, cause)
        announceHalt(cause.reason)
    }

    /// Halts, or says for what other cause the desk is halted already.
    mutating func restate(_ cause: Breaker.Cause) {
        let previous = state.breaker.state
        halt(cause)
        guard previous == .halted else { return }
        state.breaker.restate(cause)
        recordBreaker(previous)
    }

    mutating func announceHalt(_ reason: String) {
        let halt = HaltStateEffect(
            halted: true, reason: reason, haltEpoch: state.breaker.haltEpoch, time: now)
        output.effects.append(.stop(.haltState(halt)))
    }

    private mutating func move(to target: BreakerState, _ cause: Breaker.Cause) {
        let previous = state.breaker.state
        guard state.breaker.tighten(to: target, cause, at: now) else { return }
        recordBreaker(previous)
        withdrawEnlarging(reason: cause.code)
    }

    mutating func recordBreaker(_ previous: BreakerState) {
        record(.breaker(state.breaker))
        output.effects.append(
            .publish(.breaker(state.breaker, previous: previous, truth: state.truth.score)))
    }

    /// Cancels every working order that could enlarge a position; keeps protective ones.
    mutating func withdrawEnlarging(reason: String) {
        for index in state.books.orders.indices {
            let order = state.books.orders[index]
            guard !order.withdrawn, !isProtective(order) else { continue }
            withdraw(index, reason: reason)
        }
    }

    /// Whether every order on this side of the symbol together can only reduce the position.
    private func isProtective(_ order: WorkingOrder) -> Bool {
        let position = state.books.positions[Int(order.symbol)].quantity
        let working = state.books.working(Int(order.symbol))
        return order.side == .sell
            ? position > 0 && working.sells <= position
            : position < 0 && working.buys <= -position
    }

    mutating func withdrawAll(reason: String) {
        for index in state.books.orders.indices where !state.books.orders[index].withdrawn {
            withdraw(index, reason: reason)
        }
    }

    mutating func withdraw(_ index: Int, reason: String) {
        state.books.orders[index].withdrawn = true
        state.books.orders[index].withdrawnAt = now
        let order = state.books.orders[index]
        let cancel = CancelEffect(
            orderId: order.id, symbol: policy.symbolWhitelist[Int(order.symbol)], reason: reason,
            haltEpoch: state.breaker.haltEpoch, time: now)
        output.effects.append(.stop(.cancel(cancel)))
    }

    /// How long the clock must agree with itself before it is believed again. Microseconds.
    private static let clockDoubt: Int64 = 10_000_000

    /// A DEFENSIVE that evidence set ends when the evidence is clean and the day has budget left. One
    /// that a person's FLATTEN set ends only by a person: by HALT and RESUME.
    mutating func recoverOnEvidence() {
        let enough = state.truth.score >= policy.truthOpenBelow * 100
        guard state.breaker.state == .defensive, state.truth.isClean, enough,
            !state.books.spent, state.books.dayLoss < -policy.maxDailyLoss,
            !state.flatten.active, state.breaker.code != "flatten",
            now.since(state.clockDoubted) > Self.clockDoubt
        else { return }
        let previous = state.breaker.state
        if state.breaker.recover(at: now) { recordBreaker(previous) }
    }

    mutating func doubt(_ anomaly: ClockAnomaly) {
        let reason = "the clock is off by \(anomaly.skewMicroseconds) microseconds"
        state.clockDoubted = now
        tighten(.defensive, code: "clock_anomaly", reason: reason)
    }
}
