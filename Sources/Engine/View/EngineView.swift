public import Crypto
public import Domain

/// The desk at one moment, as everybody outside the writer sees it. Immutable.
public struct EngineView: Sendable {
    public let state: State
    public let policy: Policy
    public let policyHash: Digest256
    /// Why the journal can no longer be written, if it cannot.
    public let journalFailure: String?
    /// Moves with every view.
    public let version: UInt64

    /// The breaker as people must see it: a desk that cannot record is halted.
    public var breaker: Breaker {
        guard let journalFailure else { return state.breaker }
        var breaker = state.breaker
        (breaker.state, breaker.code) = (.halted, "journal_failed")
        (breaker.reason, breaker.actor) = (journalFailure, "titan")
        return breaker
    }

    /// The same desk once its journal can no longer be written.
    func failing(_ failure: String) -> EngineView {
        EngineView(
            state: state, policy: policy, policyHash: policyHash, journalFailure: failure,
            version: version + 1)
    }

    /// Why no new risk may be taken now: code and sentence; empty when it may.
    public var obstacles: [(code: String, message: String)] {
        var found: [(code: String, message: String)] = []
        let breaker = breaker
        if breaker.state != .normal {
            found.append((breaker.code, "breaker \(breaker.state.name): \(breaker.reason)"))
        }
        if !state.armed { found.append(("not_armed", "the desk is not armed")) }
        if !state.truth.reconciled {
            found.append(("not_reconciled", "no full reconciliation with the venue yet"))
        } else if state.truth.score < policy.truthOpenBelow * 100 {
            let score = Decimal8.text(state.truth.score * 1_000_000)
            found.append(("truth_low", "truth score \(score) is under \(policy.truthOpenBelow)"))
        }
        if !hasMarket {
            let limit = policy.maxStalenessMs
            found.append(("market_stale", "no symbol has a price younger than \(limit) ms"))
        }
        return found
    }

    /// Whether any symbol has a price that the gate would take.
    private var hasMarket: Bool {
        let age = policy.maxStalenessMs * 1000
        return state.books.quotes.contains { quote in
            quote.bid > 0 && (0...age).contains(quote.age(at: state.time))
        }
    }
}
