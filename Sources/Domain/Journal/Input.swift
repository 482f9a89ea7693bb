public import Crypto

/// Everything that can change the desk's state. Nothing else does.
public enum Input: Hashable, Sendable {
    /// A process took over the journal.
    case started(Started)
    /// Time passed.
    case tick
    case quote(QuoteInput)
    case signal(Signal)
    case fill(Fill)
    case report(OrderReport)
    case snapshot(VenueSnapshot)
    case command(OperatorCommand)
    /// What the dispatcher did with an order.
    case dispatched(Dispatched)
    /// The clock disagreed with itself by so much.
    case clockAnomaly(ClockAnomaly)
    /// A stop left before its record was durable.
    case stoppedBeforeDurable(StoppedBeforeDurable)
    /// What the state's digest was at a sequence: replay proves it.
    case checkpoint(Checkpoint)
}

/// An input with when it happened, under which halt epoch, and whose trace it belongs to.
public struct Entry: Hashable, Sendable {
    public var time: Timestamp
    /// The halt word as the writer loaded it.
    public var haltEpoch: UInt64
    public var input: Input

    public init(time: Timestamp, haltEpoch: UInt64, input: Input) {
        (self.time, self.haltEpoch, self.input) = (time, haltEpoch, input)
    }
}

/// Which program, with which keys and policy, goes on with the journal.
public struct Started: Fields, Hashable, Sendable {
    /// Whether a desk without a past starts armed.
    public var armed = false
    public var binaryDigest = Digest256.zero
    /// Cash of a desk without a past.
    public var cash: Int64 = 0
    /// A short tag that makes this desk's order ids its own.
    public var desk = ""
    /// The halt word at the start: above every epoch in the journal and the halt file.
    public var haltEpoch: UInt64 = 0
    /// Why the process starts halted, or empty.
    public var haltReason = ""
    public var keyIds: [String] = []
    public var mode = Mode.paper
    /// Canonical form of the policy that holds from here on.
    public var policy = ""
    /// From which trace ids are derived.
    public var traceSeed = Digest256.zero

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.flag("armed", &armed)
        coder.digest("binary_digest", &binaryDigest)
        coder.decimal("cash", &cash)
        coder.text("desk", &desk)
        coder.number("halt_epoch", &haltEpoch)
        coder.text("halt_reason", &haltReason)
        coder.texts("key_ids", &keyIds)
        coder.word("mode", &mode)
        coder.text("policy", &policy)
        coder.digest("trace_seed", &traceSeed)
    }
}

public enum Mode: UInt8, Coded {
    case paper = 0
    case liveLimited = 1
    case liveFull = 2

    public var name: StaticString {
        switch self {
        case .paper: "paper"
        case .liveLimited: "live-limited"
        case .liveFull: "live-full"
        }
    }
}

/// A new reference price.
public struct QuoteInput: Fields, Hashable, Sendable {
    public var quote = Quote()
    public var symbol: Int64 = 0

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.object("quote", &quote)
        coder.integer("symbol", &symbol)
    }
}

/// What the dispatcher did with an order.
public struct Dispatched: Fields, Hashable, Sendable {
    public var orderId = ""
    public var outcome = DispatchOutcome.sent

    public init() {}

    public init(orderId: String, outcome: DispatchOutcome) {
        (self.orderId, self.outcome) = (orderId, outcome)
    }

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.text("order_id", &orderId)
        coder.word("outcome", &outcome)
    }
}

public enum DispatchOutcome: UInt8, Coded {
    /// The bus has it.
    case sent = 0
    /// Timed out or cut off: it may have left or not.
    case unknown = 1
    /// A halt came first: it was not handed over.
    case withheld = 2
    /// The bus refused it, so it did not leave.
    case refused = 3
    /// Its record was durable too late: the market that it was for is gone.
    case expired = 4

    public var name: StaticString {
        switch self {
        case .sent: "sent"
        case .unknown: "unknown"
        case .withheld: "withheld"
        case .refused: "refused"
        case .expired: "expired"
        }
    }
}

public struct ClockAnomaly: Fields, Hashable, Sendable {
    /// How far the wall clock is ahead of ours.
    public var skewMicroseconds: Int64 = 0

    public init() {}

    public init(skew: Int64) { skewMicroseconds = skew }

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.integer("skew_us", &skewMicroseconds)
    }
}

/// The digest of the whole state right after the record of that sequence.
public struct Checkpoint: Fields, Hashable, Sendable {
    public var digest = Digest256.zero
    public var sequence: UInt64 = 0

    public init() {}

    public init(sequence: UInt64, digest: Digest256) {
        (self.sequence, self.digest) = (sequence, digest)
    }

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.digest("digest", &digest)
        coder.number("sequence", &sequence)
    }
}

/// A stop effect that did not wait for its record.
public struct StoppedBeforeDurable: Fields, Hashable, Sendable {
    /// The orders that were cancelled; empty for a halt to the bus.
    public var orderIds: [String] = []

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.texts("order_ids", &orderIds)
    }
}
