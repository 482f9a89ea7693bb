/// The gate's answer: every check, and what follows from them.
public struct Answer: Hashable, Sendable {
    public let question: Question
    public let checks: [CheckResult]
    /// Whether the order can only reduce the position.
    public let reduceOnly: Bool
    /// The failing checks, one bit each.
    public let failures: Failures

    init(to question: Question, checks: [CheckResult], reduceOnly: Bool) {
        self.question = question
        self.checks = checks
        self.reduceOnly = reduceOnly
        failures = Failures(checks)
    }

    public var approved: Bool { failures.isEmpty }
}

/// A set of checks that failed.
public struct Failures: OptionSet, Hashable, Sendable {
    public var rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }

    init(_ checks: [CheckResult]) {
        rawValue = 0
        for check in checks where !check.passed { rawValue |= 1 << Int64(check.check.rawValue) }
    }

    /// The failing checks in their order.
    public var checks: [Check] {
        Check.allCases.filter { rawValue & 1 << Int64($0.rawValue) != 0 }
    }
}

/// An order that has passed every check.
///
/// Only an answer that approves makes one, and only the gate makes answers; the book takes nothing
/// else, so an order that nobody checked does not compile.
public struct Approved: Sendable {
    public let question: Question
    public let reduceOnly: Bool

    /// `nil` when the gate said no.
    init?(_ answer: Answer) {
        guard answer.approved else { return nil }
        question = answer.question
        reduceOnly = answer.reduceOnly
    }
}
