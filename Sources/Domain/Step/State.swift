public import Crypto

/// Everything the desk knows. Changed by `step` alone.
public struct State: Fields, Sendable {
    public var armed = false
    public var books = Books()
    public var breaker = Breaker()
    /// When the clock last disagreed with itself.
    var clockDoubted = Timestamp(microseconds: .min)
    public var flatten: FlattenTask = .init()
    /// Decided signals and booked executions, to know them again.
    var knownExecutions = Recent()
    var knownSignals = Recent()
    public var phases: [PhaseCount] = [PhaseCount(), PhaseCount(), PhaseCount()]
    public var receipts: [Receipt] = []
    /// Of the latest record; 0 before the first.
    public var sequence: UInt64 = 0
    public var started = Started()
    public var time = Timestamp.zero
    public var truth = Truth()

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.flag("armed", &armed)
        coder.object("books", &books)
        coder.object("breaker", &breaker)
        coder.time("clock_doubted", &clockDoubted)
        coder.object("flatten", &flatten)
        coder.object("known_executions", &knownExecutions)
        coder.object("known_signals", &knownSignals)
        coder.list("phases", &phases)
        coder.list("receipts", &receipts)
        coder.number("sequence", &sequence)
        coder.object("started", &started)
        coder.time("time", &time)
        coder.object("truth", &truth)
    }

    /// Whether a message that came before came again: its record is there, or on its way.
    public func hasDealtWith(_ input: Input) -> Bool {
        switch input {
        case .signal(let signal): knownSignals.contains(signal.id)
        case .fill(let fill): knownExecutions.contains(fill.executionId)
        default: false
        }
    }

    /// SHA-256 of the canonical bytes: two desks with the same digest are the same desk.
    public var digest: Digest256 { SHA256.hash(BinaryEncoder.encode(self)) }
}

/// How many signals of a phase there were, and what became of them.
public struct PhaseCount: Fields, Hashable, Sendable {
    public var approved: Int64 = 0
    public var denied: Int64 = 0

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.integer("approved", &approved)
        coder.integer("denied", &denied)
    }
}

/// An operator's FLATTEN at work: reducing orders go out until the venue says flat.
public struct FlattenTask: Fields, Hashable, Sendable {
    public var active = false
    public var receiptId = ""
    /// When orders last went out.
    public var tried = Timestamp.zero

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.flag("active", &active)
        coder.text("receipt_id", &receiptId)
        coder.time("tried", &tried)
    }
}
