/// What a person asks for, as it enters the writer.
public struct OperatorCommand: Fields, Hashable, Sendable {
    public var action = OperatorAction.halt
    /// The identity that the session proved, never one from the body.
    public var actor = ""
    /// RESUME: the halt epoch that the person saw and clears.
    public var clearsEpoch: UInt64 = 0
    /// HALT: whether and how fast the gate was seen closed, and what had left before.
    public var gateClosed = false
    public var gateClosedMicroseconds: Int64 = 0
    /// The caller's idempotency key, or empty.
    public var key = ""
    public var reason = ""
    public var sentBefore: [String] = []

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.word("action", &action)
        coder.text("actor", &actor)
        coder.number("clears_epoch", &clearsEpoch)
        coder.flag("gate_closed", &gateClosed)
        coder.integer("gate_closed_us", &gateClosedMicroseconds)
        coder.text("key", &key)
        coder.text("reason", &reason)
        coder.texts("sent_before", &sentBefore)
    }
}

public enum OperatorAction: UInt8, Coded {
    case halt = 0
    case resume = 1
    case flatten = 2

    public var name: StaticString {
        switch self {
        case .halt: "HALT"
        case .resume: "RESUME"
        case .flatten: "FLATTEN"
        }
    }
}

/// What became of an operator's command, with the evidence.
public struct Receipt: Fields, Hashable, Sendable {
    public var action = OperatorAction.halt
    public var actor = ""
    public var breaker = BreakerState.halted
    /// Working orders that a cancel was asked for.
    public var cancelled: [String] = []
    /// Why it was rejected, or empty.
    public var code = ""
    public var gateClosed = false
    public var gateClosedMicroseconds: Int64 = 0
    public var haltEpoch: UInt64 = 0
    public var id = ""
    public var key = ""
    public var reason = ""
    /// Orders handed to the bus before the gate was closed and still working.
    public var sentBefore: [String] = []
    public var sequence: UInt64 = 0
    public var status = ReceiptStatus.accepted
    public var time = Timestamp.zero

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.word("action", &action)
        coder.text("actor", &actor)
        coder.word("breaker", &breaker)
        coder.texts("cancelled", &cancelled)
        coder.text("code", &code)
        coder.flag("gate_closed", &gateClosed)
        coder.integer("gate_closed_us", &gateClosedMicroseconds)
        coder.number("halt_epoch", &haltEpoch)
        coder.text("id", &id)
        coder.text("key", &key)
        coder.text("reason", &reason)
        coder.texts("sent_before", &sentBefore)
        coder.number("sequence", &sequence)
        coder.word("status", &status)
        coder.time("time", &time)
    }
}

public enum ReceiptStatus: UInt8, Coded {
    case accepted = 0
    /// The effect was seen, not only asked for.
    case verified = 1
    case rejected = 2

    public var name: StaticString {
        switch self {
        case .accepted: "ACCEPTED"
        case .verified: "VERIFIED"
        case .rejected: "REJECTED"
        }
    }
}
