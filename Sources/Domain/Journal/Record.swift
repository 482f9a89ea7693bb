public import Crypto

/// What the journal keeps: an input, or what followed from one.
public enum Record: Hashable, Sendable {
    case entry(Entry)
    case decision(DecisionRecord)
    case breaker(Breaker)
    case truth(TruthRecord)
    case receipt(Receipt)
}

/// The verdict on one order with the whole question, so that it can be explained alone.
public struct DecisionRecord: Fields, Hashable, Sendable {
    public var failures: Failures = []
    /// `ord-…` when approved, else empty.
    public var intentId = ""
    public var phase: Int64 = 0
    public var policyHash = Digest256.zero
    public var question = Question()
    public var reduceOnly = false
    public var sequence: UInt64 = 0
    public var signalId = ""
    /// As the phase wrote it.
    public var symbol = ""
    public var time = Timestamp.zero
    public var traceId = ""

    public init() {}

    public var id: String { Identifier.decision(sequence) }
    public var approved: Bool { failures.isEmpty }

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.integer("failures", &failures.rawValue)
        coder.text("intent_id", &intentId)
        coder.integer("phase", &phase)
        coder.digest("policy_hash", &policyHash)
        coder.object("question", &question)
        coder.flag("reduce_only", &reduceOnly)
        coder.number("sequence", &sequence)
        coder.text("signal_id", &signalId)
        coder.text("symbol", &symbol)
        coder.time("time", &time)
        coder.text("trace_id", &traceId)
    }
}

/// A change of the truth score.
public struct TruthRecord: Fields, Hashable, Sendable {
    public var discrepancies: [Discrepancy] = []
    public var previous: Int64 = 0
    public var score: Int64 = 0

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.list("discrepancies", &discrepancies)
        coder.integer("previous_basis_points", &previous)
        coder.integer("score_basis_points", &score)
    }
}

/// Names made from a record's sequence: unique because sequences are.
public enum Identifier {
    public static func decision(_ sequence: UInt64) -> String { "dec-" + padded(sequence) }
    public static func order(_ desk: String, _ sequence: UInt64) -> String {
        "ord-" + desk + "-" + padded(sequence)
    }
    public static func receipt(_ sequence: UInt64) -> String { "op-" + padded(sequence) }

    /// The sequence that a name was made from.
    public static func sequence(of name: String) -> UInt64? {
        guard let digits = name.split(separator: "-").last, digits.utf8.count == 12 else {
            return nil
        }
        return UInt64(digits)
    }

    private static func padded(_ sequence: UInt64) -> String {
        let digits = String(sequence)
        return String(repeating: "0", count: max(0, 12 - digits.utf8.count)) + digits
    }
}
