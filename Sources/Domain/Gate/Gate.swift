/// Decides whether an order may pass. Every order asks: signals, operator orders, replayed ones.
public enum Gate {
    /// Answers with every check, failing or not, in the order of `Check`.
    ///
    /// An order that can only reduce the position passes the entry limits whatever their values;
    /// these are shown all the same. Nothing passes a missing or impossible input.
    public static func answer(_ question: Question, _ policy: Policy) -> Answer {
        var checks = Checks()
        let reach = Reach(question)
        let reduces = reach.onlyReduces
        admission(question, policy, &checks)
        inputs(question, policy, &checks)
        evidence(question, policy, reduces, &checks)
        limits(question, policy, reach, reduces, &checks)
        // Its value is the room that is left inside nought … the current position.
        checks.add(
            .reduceOnly, passed: reduces || !mustReduce(question, policy), value: reach.slack,
            limit: 0, margin: reach.slack)
        return Answer(to: question, checks: checks.results, reduceOnly: reduces)
    }

    /// DEFENSIVE and an operator's flatten admit only what reduces.
    private static func mustReduce(_ question: Question, _ policy: Policy) -> Bool {
        question.breaker != .normal || question.origin == .flatten
    }

    private static func admission(_ q: Question, _ policy: Policy, _ checks: inout Checks) {
        checks.flag(.breakerHalted, good: q.breaker != .halted || q.origin == .flatten)
        checks.flag(.notArmed, good: q.armed || q.origin == .flatten)
        let known = policy.symbolWhitelist.indices.contains(Int(clamping: q.symbol))
        checks.flag(.symbolNotWhitelisted, good: known)
    }

    private static func inputs(_ q: Question, _ policy: Policy, _ checks: inout Checks) {
        let sized = !q.defects.contains(.size) && q.quantity > 0
        checks.add(.sizeInvalid, passed: sized, value: q.quantity, limit: 0, margin: q.quantity)
        let priced = !q.defects.contains(.price) && q.price > 0
        checks.add(.priceInvalid, passed: priced, value: q.price, limit: 0, margin: q.price)
        checks.flag(.timeInvalid, good: !q.defects.contains(.time))
        let futureMs = -Check.futureToleranceMs * 1000
        let age = q.signalAge < 0 && q.signalAge >= futureMs ? 0 : q.signalAge
        checks.age(.signalStale, age, maximumMs: policy.maxSignalAgeMs)
        checks.flag(.duplicateSignal, good: !q.duplicate)
        checks.age(.marketStale, q.marketAge, maximumMs: policy.maxStalenessMs)
        let distance = collar(q)
        checks.atMost(.priceCollar, distance, policy.maxSlippageBps * Decimal8.one, unless: false)
    }

    /// Basis points by which the limit price is worse than the market's; the end of the range when
    /// there is no market.
    private static func collar(_ q: Question) -> Int64 {
        guard q.bid > 0, q.ask >= q.bid, q.price > 0 else { return .max }
        let worse = q.side == .buy ? q.price - q.ask : q.bid - q.price
        let reference = q.side == .buy ? q.ask : q.bid
        return max(0, Decimal8.divide(Int64(clamping: Int128(worse) * 10_000), reference))
    }

    private static func evidence(
        _ q: Question, _ policy: Policy, _ reduces: Bool, _ checks: inout Checks
    ) {
        let truth = Decimal8.multiply(q.truth, Decimal8.one * 1_000_000)
        checks.atLeast(.truthLow, truth, policy.truthOpenBelow * Decimal8.one, unless: reduces)
        let sure = q.origin == .flatten || q.defects.contains(.confidence) == false
        checks.atLeast(
            .confidenceLow, sure ? q.confidence : -1, policy.minConfidenceScore, unless: reduces)
    }

    private static func limits(
        _ q: Question, _ policy: Policy, _ reach: Reach, _ reduces: Bool, _ checks: inout Checks
    ) {
        let notional = Decimal8.multiply(q.quantity, q.price)
        checks.atMost(.orderNotional, notional, policy.maxOrderNotional, unless: reduces)
        let worst = reach.worstNotional(at: max(q.price, q.ask))
        checks.atMost(.positionNotional, worst, policy.maxPositionNotional, unless: reduces)
        let exposure = Int64(clamping: Int128(q.exposureElsewhere) + Int128(worst))
        let leverage = q.equity > 0 ? Decimal8.divide(exposure, q.equity) : .max
        checks.atMost(.leverage, leverage, policy.maxAccountLeverage, unless: reduces)
        checks.below(.dailyLoss, q.dayLoss, -policy.maxDailyLoss, unless: reduces)
        checks.below(.openOrders, q.workingCount, policy.maxOpenOrdersPerSymbol, unless: reduces)
    }
}

extension Check {
    /// How far a phase's clock may be ahead of ours.
    static let futureToleranceMs: Int64 = 250
}

/// Collects outcomes; the one place where passing is decided from value and limit.
private struct Checks {
    private(set) var results: [CheckResult] = []

    init() { results.reserveCapacity(Check.allCases.count) }

    mutating func add(_ check: Check, passed: Bool, value: Int64, limit: Int64, margin: Int64) {
        results.append(
            CheckResult(check: check, passed: passed, value: value, limit: limit, margin: margin))
    }

    mutating func flag(_ check: Check, good: Bool) {
        add(check, passed: good, value: good ? 1 : 0, limit: 1, margin: good ? 0 : -1)
    }

    mutating func atMost(_ check: Check, _ value: Int64, _ limit: Int64, unless reduces: Bool) {
        let margin = Int64(clamping: Int128(limit) - Int128(value))
        add(check, passed: margin >= 0 || reduces, value: value, limit: limit, margin: margin)
    }

    mutating func atLeast(_ check: Check, _ value: Int64, _ limit: Int64, unless reduces: Bool) {
        let margin = Int64(clamping: Int128(value) - Int128(limit))
        add(check, passed: margin >= 0 || reduces, value: value, limit: limit, margin: margin)
    }

    /// A budget: reaching the limit uses it up.
    mutating func below(_ check: Check, _ value: Int64, _ limit: Int64, unless reduces: Bool) {
        let margin = Int64(clamping: Int128(limit) - Int128(value))
        add(check, passed: margin > 0 || reduces, value: value, limit: limit, margin: margin)
    }

    /// An age in microseconds; a negative one is unknown and fails.
    mutating func age(_ check: Check, _ microseconds: Int64, maximumMs: Int64) {
        let value = Decimal8.multiply(microseconds, Decimal8.one * Decimal8.one / 1000)
        let limit = maximumMs * Decimal8.one
        let margin = microseconds < 0 ? value : Int64(clamping: Int128(limit) - Int128(value))
        add(
            check, passed: margin >= 0 && microseconds >= 0, value: value, limit: limit,
            margin: margin)
    }
}
