public import Crypto
public import Domain

/// The one writer's heart: state in, records out. The same in wall time and in a simulation.
public struct Core: Sendable {
    public private(set) var state: State
    /// The policy of the latest `started`.
    public private(set) var policy: Policy
    public private(set) var policyHash: Digest256

    public init(state: consuming State = State()) {
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
}

extension Policy {
    /// The policy of a record, `nil` when there is none in it.
    fileprivate init?(canonical text: String) {
        do { try self.init(json: JSON.parse(Array(text.utf8))) } catch { return nil }
    }
}

/// Rebuilds a state from records and proves that each follows from the inputs before it.
public struct Replay {
    public private(set) var core: Core
    /// What the latest input led to and the journal has still to confirm.
    private var expected: ArraySlice<Record> = []
    /// The first record that replay found otherwise.
    public private(set) var divergence: String?
    public private(set) var records: UInt64 = 0

    public init(core: Core) { self.core = core }

    /// Takes the next record of the journal.
    public mutating func take(sequence: UInt64, bytes: [UInt8]) {
        guard divergence == nil else { return }
        guard let record = Record(bytes: bytes) else {
            divergence = "record \(sequence) does not read"
            return
        }
        records += 1
        if case .entry(let entry) = record {
            guard expected.isEmpty else {
                divergence = "record \(sequence): \(expected.count) records are missing before it"
                return
            }
            expected = core.step(entry).records[...]
        }
        guard let next = expected.popFirst(), next == record else {
            divergence = "record \(sequence) is not what replay gives"
            return
        }
    }

    /// Whether the journal ends in the middle of what an input led to. Replay has it whole.
    public var unfinished: [Record] { Array(expected) }
}
