/// How much the desk may do. Each state admits less than the one before.
public enum BreakerState: UInt8, Coded, Comparable {
    case normal = 0
    /// Only orders that reduce.
    case defensive = 1
    /// Only an operator's flatten.
    case halted = 2

    public var name: StaticString {
        switch self {
        case .normal: "NORMAL"
        case .defensive: "DEFENSIVE"
        case .halted: "HALTED"
        }
    }

    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

/// The breaker: `NORMAL → DEFENSIVE → HALTED`, and how it got there.
///
///     NORMAL ──trip──▶ DEFENSIVE ──halt──▶ HALTED
///       │  ▲              │  ▲                │
///       │  └─evidence clean┘  └────resume──────┘
///       └────────────────halt─────────────────▶
///
/// A DEFENSIVE that evidence set, or that a resume left behind, ends on clean evidence. HALTED ends
/// only by an operator's RESUME, and only into DEFENSIVE.
public struct Breaker: Fields, Hashable, Sendable {
    public var actor = "titan"
    /// Stable, machine-readable: why it is where it is.
    public var code = "starting"
    /// The latest halt epoch that the record knows.
    public var haltEpoch: UInt64 = 0
    public var reason = "no full reconciliation yet"
    public var since = Timestamp.zero
    public var state = BreakerState.normal

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.text("actor", &actor)
        coder.text("code", &code)
        coder.number("halt_epoch", &haltEpoch)
        coder.text("reason", &reason)
        coder.time("since", &since)
        coder.word("state", &state)
    }

    /// Why a transition happens and who caused it.
    struct Cause {
        let code: String
        let reason: String
        var actor = "titan"
    }

    /// Moves towards safety, never away from it. Returns whether anything changed.
    mutating func tighten(to target: BreakerState, _ cause: Cause, at time: Timestamp) -> Bool {
        guard target > state else { return false }
        enter(target, cause, at: time)
        return true
    }

    /// Leaves HALTED for DEFENSIVE. Only for a RESUME that named the current epoch.
    mutating func resume(_ cause: Cause, at time: Timestamp) {
        precondition(state == .halted, "Invariant: only a halted desk is resumed")
        enter(.defensive, cause, at: time)
    }

    /// Leaves DEFENSIVE on clean evidence. Returns whether it did.
    mutating func recover(at time: Timestamp) -> Bool {
        guard state == .defensive else { return false }
        enter(.normal, Cause(code: "evidence_clean", reason: "evidence is clean again"), at: time)
        return true
    }

    /// Stays where it is for another cause: the one that people must know.
    mutating func restate(_ cause: Cause) {
        (code, reason, actor) = (cause.code, cause.reason, cause.actor)
    }

    private mutating func enter(_ target: BreakerState, _ cause: Cause, at time: Timestamp) {
        (state, since) = (target, time)
        (code, reason, actor) = (cause.code, cause.reason, cause.actor)
    }
}
