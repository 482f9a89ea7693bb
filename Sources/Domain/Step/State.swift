public import Crypto

/// Everything the desk knows. Changed by `step` alone.
public struct State: Fields, Sendable {
    public var armed = false
    public var books = Books()
    public var breaker = Breaker()
    public var flatten = FlattenTask()
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

/// Names seen lately, in the order in which they came, so that one is known again.
struct Recent: Fields, Hashable, Sendable {
    /// How many are remembered: at ten signals a second, an hour and more.
    static let capacity = 50_000

    private var names: [String] = []
    /// Where the oldest stands once the list is full.
    private var next: Int = 0
    private var known: Set<String> = []

    func contains(_ name: String) -> Bool { known.contains(name) }

    mutating func insert(_ name: String) {
        guard known.insert(name).inserted else { return }
        guard names.count == Self.capacity else {
            names.append(name)
            return
        }
        known.remove(names[next])
        names[next] = name
        next = (next + 1) % Self.capacity
    }

    mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.texts("names", &names)
        coder.count("next", &next)
        if known.isEmpty { known = Set(names) }
    }
}
