public import Crypto
public import Domain

/// What a simulated desk did, in numbers that are the same on every run.
public struct SimulationReport: Sendable {
    public internal(set) var signals = 0
    public internal(set) var approvals = 0
    public internal(set) var fills = 0
    public internal(set) var quotes = 0
    public internal(set) var reconciliations = 0
    /// By the gate's code, in its order.
    public internal(set) var denials: [(code: String, count: Int)] =
        Check.allCases.map { ("\($0.name)", 0) }
    /// Every change of the breaker: when, to which state, why.
    public internal(set) var trips: [(time: Timestamp, state: BreakerState, code: String)] = []
    public internal(set) var lowestTruth = TruthScore.full
    public internal(set) var steps: UInt64 = 0
    public internal(set) var start = Timestamp.zero
    public internal(set) var end = Timestamp.zero
    public internal(set) var equity: Int64 = 0
    public internal(set) var cash: Int64 = 0
    public internal(set) var positions: [(symbol: String, quantity: Int64)] = []
    public internal(set) var sequence: UInt64 = 0
    /// Over every record but `started`, which names the program and its keys.
    public internal(set) var recordsDigest = Digest256.zero
    public internal(set) var stateDigest = Digest256.zero
    public internal(set) var root = Digest256.zero

    mutating func count(_ output: StepOutput, at time: Timestamp) {
        for record in output.records {
            switch record {
            case .entry(let entry): count(entry.input)
            case .decision(let decision): count(decision)
            case .breaker(let breaker): trips.append((time, breaker.state, breaker.code))
            case .truth(let truth): lowestTruth = min(lowestTruth, truth.score)
            case .receipt: break
            }
        }
    }

    private mutating func count(_ input: Input) {
        steps += 1
        switch input {
        case .signal: signals += 1
        case .fill: fills += 1
        case .quote: quotes += 1
        case .snapshot: reconciliations += 1
        default: break
        }
    }

    private mutating func count(_ decision: DecisionRecord) {
        if decision.approved { approvals += 1 }
        for check in decision.failures.checks { denials[Int(check.rawValue)].count += 1 }
    }
}

extension SimulationReport {
    /// One line a fact.
    public var text: String {
        var lines = [
            "from            \(start.text)",
            "to              \(end.text)",
            "steps           \(steps)",
            "quotes          \(quotes)",
            "signals         \(signals)",
            "approvals       \(approvals)",
            "fills           \(fills)",
            "reconciliations \(reconciliations)",
            "lowest truth    \(Decimal8.text(lowestTruth * 1_000_000))",
        ]
        for denial in denials where denial.count > 0 {
            lines.append("denied by       \(denial.code) \(denial.count)")
        }
        lines.append("breaker trips   \(trips.count { $0.state != .normal })")
        for trip in trips.prefix(20) {
            lines.append("breaker         \(trip.time.text) \(trip.state.name) \(trip.code)")
        }
        for position in positions where position.quantity != 0 {
            lines.append("position        \(position.symbol) \(Decimal8.text(position.quantity))")
        }
        lines += [
            "cash            \(Decimal8.text(cash))",
            "final equity    \(Decimal8.text(equity))",
            "sequence        \(sequence)",
            "records digest  \(recordsDigest.hex)",
            "state digest    \(stateDigest.hex)",
            "root            \(root.hex)",
        ]
        return lines.joined(separator: "\n")
    }
}
