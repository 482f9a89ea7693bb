import Domain
import Platform
import Synchronization

/// A figure that only grows. Any thread.
final class Counter: Sendable {
    private let count = Atomic<UInt64>(0)

    func add(_ more: UInt64 = 1) { count.wrappingAdd(more, ordering: .relaxed) }

    var value: UInt64 { count.load(ordering: .relaxed) }
}

/// What identity and the feed have counted since the start, for `/metrics`.
final class Counters: Sendable {
    let loginsSucceeded = Counter()
    let loginsFailed = Counter()
    let loginsPutOff = Counter()
    let tokensRefused = Counter()
    let vaultUnreadable = Counter()
    let approved = Counter()
    let denied = Counter()
    /// Denials by the check that failed, in the order of `Check`; one denial may count several times.
    let failures: [Counter] = Check.allCases.map { _ in Counter() }
    /// Commands by what became of them: in the order of `OperatorAction`, accepted then rejected.
    let receipts: [Counter] = OperatorAction.allCases.flatMap { _ in [Counter(), Counter()] }

    func count(_ decision: DecisionRecord) {
        (decision.approved ? approved : denied).add()
        for check in decision.failures.checks { failures[Int(check.rawValue)].add() }
    }

    func count(_ receipt: Receipt) {
        receipts[Int(receipt.action.rawValue) * 2 + (receipt.status == .rejected ? 1 : 0)].add()
    }
}
