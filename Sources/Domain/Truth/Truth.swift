/// How sure we are that our books equal the venue's.
///
/// Falls at once, rises by one point per clean cycle after three clean ones. Only evidence raises
/// it. Before the first full reconciliation, and after each start, it is 0.
public struct Truth: Fields, Hashable, Sendable {
    /// Clean full reconciliations in a row.
    public var cleanCycles: Int64 = 0
    /// Seen since the latest reconciliation.
    public var incidents: [Discrepancy] = []
    /// When a clean cycle was last counted.
    public var latestCycle = Timestamp.zero
    /// Sequence of the latest snapshot, and when it was made and taken in.
    public var latestMade = Timestamp.zero
    public var latestSequence: Int64 = -1
    public var latestTaken = Timestamp.zero
    /// Whether there was a full reconciliation since the start.
    public var reconciled = false
    public var score: Int64 = 0
    /// Found by the latest reconciliation.
    public var standing: [Discrepancy] = []

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.integer("clean_cycles", &cleanCycles)
        coder.list("incidents", &incidents)
        coder.time("latest_cycle", &latestCycle)
        coder.time("latest_made", &latestMade)
        coder.integer("latest_sequence", &latestSequence)
        coder.time("latest_taken", &latestTaken)
        coder.flag("reconciled", &reconciled)
        coder.integer("score", &score)
        coder.list("standing", &standing)
    }

    /// Microseconds. Source: algorithms, section 5 (freshness); the latency's ends are ours: a
    /// report that takes five seconds tells nothing about now.
    enum Ageing {
        static let freshWhole: Int64 = 10_000_000
        static let freshNone: Int64 = 35_000_000
        static let latencyWhole: Int64 = 1_000_000
        static let latencyNone: Int64 = 5_000_000
        /// A cycle is five seconds; snapshots that come faster prove no more.
        static let cycle: Int64 = 4_000_000
    }

    /// Everything known to be wrong, the worst first.
    public var discrepancies: [Discrepancy] {
        (standing + incidents).sorted {
            ($1.severity, $0.component.rawValue, $0.id, $0.symbol)
                < ($0.severity, $1.component.rawValue, $1.id, $1.symbol)
        }
    }

    /// The value of each component at `time`, in the order of `TruthComponent`.
    public func values(at time: Timestamp) -> [Int64] {
        guard reconciled else { return TruthComponent.allCases.map { _ in 0 } }
        var values = TruthComponent.allCases.map { _ in TruthScore.full }
        for discrepancy in standing + incidents {
            values[Int(discrepancy.component.rawValue)] -= discrepancy.severity
        }
        values[Int(TruthComponent.freshness.rawValue)] = TruthScore.ageing(
            time.since(latestTaken), whole: Ageing.freshWhole, none: Ageing.freshNone)
        values[Int(TruthComponent.latency.rawValue)] = TruthScore.ageing(
            latestTaken.since(latestMade), whole: Ageing.latencyWhole, none: Ageing.latencyNone)
        return values.map { max(0, $0) }
    }

    /// What the evidence alone would give.
    public func target(at time: Timestamp) -> Int64 { TruthScore.combine(values(at: time)) }

    /// Whether reconciliation found nothing wrong for long enough to trust again.
    public var isClean: Bool { cleanCycles >= 3 && standing.isEmpty && incidents.isEmpty }

    /// After a start nothing is known until the first full reconciliation.
    mutating func forget() {
        (score, reconciled, cleanCycles) = (0, false, 0)
        (standing, incidents) = ([], [])
        latestSequence = -1
    }

    /// Falls at once to what the evidence gives; never rises here.
    mutating func fall(at time: Timestamp) { score = min(score, target(at: time)) }

    mutating func note(_ incident: Discrepancy, at time: Timestamp) {
        if incidents.count < 64 { incidents.append(incident) }
        cleanCycles = 0
        fall(at: time)
    }

    /// Takes in the outcome of one full reconciliation.
    mutating func conclude(_ found: [Discrepancy], made: Timestamp, at time: Timestamp) {
        let first = !reconciled
        let clean = found.isEmpty && incidents.isEmpty
        (standing, incidents, reconciled) = (found, [], true)
        (latestMade, latestTaken) = (made, time)
        let isCycle = first || !clean || time.since(latestCycle) >= Ageing.cycle
        if isCycle { (cleanCycles, latestCycle) = (clean ? cleanCycles + 1 : 0, time) }
        let target = target(at: time)
        if first || target < score {
            score = target
        } else if isCycle, cleanCycles > 3 {
            score = min(target, score + 100)
        }
    }
}
