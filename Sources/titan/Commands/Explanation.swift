import Crypto
import Domain

/// A decision as a person reads it.
struct Explanation {
    private let decision: DecisionRecord
    private let policy: Policy

    init(_ decision: DecisionRecord, under policy: Policy) {
        (self.decision, self.policy) = (decision, policy)
    }

    var lines: [String] {
        let question = decision.question
        let verdict = decision.approved ? "APPROVED" : "DENIED"
        var lines = [
            "\(decision.id)  \(verdict)  \(question.side.name) "
                + "\(Decimal8.text(question.quantity)) \(decision.symbol) "
                + "at \(Decimal8.text(question.price))",
            "time     \(decision.time.text)",
            "signal   \(decision.signalId)" + phase,
            "intent   \(decision.intentId.isEmpty ? "none" : decision.intentId)",
            "trace    \(decision.traceId)",
            "policy   \(decision.policyHash.hex)",
            "",
        ]
        lines += Gate.answer(question, policy).checks.map(line)
        return lines
    }

    private var phase: String {
        let index = Int(decision.phase) - 1
        return Signal.phaseNames.indices.contains(index) ? " of \(Signal.phaseNames[index])" : ""
    }

    private func line(_ result: CheckResult) -> String {
        let code = "\(result.check.name)"
        let gap = String(repeating: " ", count: max(1, 24 - code.utf8.count))
        let numbers =
            result.check.unit == .flag
            ? ""
            : "value \(text(result.value, result)), limit \(text(result.limit, result)), "
                + "margin \(text(result.margin, result)) \(result.check.unit.name)"
        return "\(result.passed ? "pass" : "FAIL")  \(code)\(gap)\(numbers)"
    }

    /// The ends of the range stand for what is not known.
    private func text(_ value: Int64, _ result: CheckResult) -> String {
        if value == .max || value == .min { return "unknown" }
        return result.check.unit.isWhole ? "\(value)" : Decimal8.text(value)
    }
}
