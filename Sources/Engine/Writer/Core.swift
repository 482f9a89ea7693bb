public import Crypto
public import Domain
public import Platform

/// The one writer's heart: state in, records out. The same in wall time and in a simulation.
public struct Core: Sendable {
    public private(set) var state: State
    /// The policy of the latest `started`.
    public private(set) var policy: Policy
    public private(set) var policyHash: Digest256

    /// Records between two snapshots.
    let snapshotRecords: UInt64

    public init(
        state: consuming State = State(),
        snapshotRecords: UInt64 = Limits.Engine.snapshotRecords
    ) {
        self.snapshotRecords = snapshotRecords
        policy = Policy(canonical: state.started.policy) ?? Policy()
        policyHash = policy.hash
        self.state = state
    }

    public mutating func step(_ entry: Entry) -> StepOutput {
        if case .started(let started) = entry.input, let named = Policy(canonical: started.policy) {
            (policy, policyHash) = (named, named.hash)
        }
        return state.step(entry, under: policy, hash: policyHash)
    }

    /// Goes on after a record that this program would not have made: the next one has its sequence
    /// all the same, and no name is used twice.
    mutating func realign(to sequence: UInt64) { state.sequence = sequence }

    /// Whether the step from a sequence to here calls for a snapshot of the state.
    func isSnapshotDue(after sequence: UInt64) -> Bool {
        sequence / snapshotRecords != state.sequence / snapshotRecords
    }
}

extension Policy {
    /// The policy of a record, `nil` when there is none in it.
    fileprivate init?(canonical text: String) {
        do { try self.init(json: JSON.parse(Array(text.utf8))) } catch { return nil }
    }
}
