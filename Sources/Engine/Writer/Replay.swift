import Crypto
import Domain

/// Rebuilds a state from records and proves that each follows from the inputs before it.
///
/// The first thing found otherwise is kept and told; replay then follows the journal's inputs, for
/// they are what happened.
public struct Replay {
    public private(set) var core: Core
    /// What the latest input led to and the journal has still to confirm.
    private var expected: ArraySlice<Record> = []
    /// The first record that replay found otherwise.
    public private(set) var divergence: String?
    public private(set) var records: UInt64 = 0
    /// The latest sequence at which there may be a snapshot, and the state's digest there.
    private var mark: Checkpoint?

    /// Begins with a state; a blank one for a journal from its start.
    public init(core: Core) {
        self.core = core
        let sequence = core.state.sequence
        if sequence > 0 { mark = Checkpoint(sequence: sequence, digest: core.state.digest) }
    }

    /// Takes the next record of the journal.
    public mutating func take(sequence: UInt64, bytes: [UInt8]) {
        records += 1
        if Record.isEntry(bytes) {
            enter(sequence, bytes)
        } else if let next = expected.popFirst() {
            if next.bytes != bytes { diverge("record \(sequence) is not what replay gives") }
        } else {
            diverge("record \(sequence) follows from nothing before it")
        }
        if divergence != nil { core.realign(to: sequence) }
    }

    /// The end of the journal: says whether it broke off in the middle of what an input led to.
    public mutating func finish() {
        guard !expected.isEmpty else { return }
        diverge("\(expected.count) records are missing at the end")
    }

    private mutating func enter(_ sequence: UInt64, _ bytes: [UInt8]) {
        if !expected.isEmpty {
            diverge("record \(sequence): \(expected.count) records are missing before it")
        }
        guard case .entry(let entry) = Record(bytes: bytes) else {
            diverge("record \(sequence) does not read")
            return
        }
        if case .checkpoint(let checkpoint) = entry.input { check(checkpoint, sequence) }
        if divergence != nil { core.realign(to: sequence - 1) }
        let before = core.state.sequence
        if before + 1 != sequence {
            diverge("record \(sequence) follows record \(before)")
            core.realign(to: sequence - 1)
        }
        expected = core.step(entry).records.dropFirst()
        if divergence != nil {
            expected = []
        } else if core.isSnapshotDue(after: before) {
            mark = Checkpoint(sequence: core.state.sequence, digest: core.state.digest)
        }
    }

    /// Compares the digest that the journal holds with ours at that sequence.
    private mutating func check(_ checkpoint: Checkpoint, _ sequence: UInt64) {
        let ours: Digest256
        if checkpoint.sequence == core.state.sequence {
            ours = core.state.digest
        } else if let mark, mark.sequence == checkpoint.sequence {
            ours = mark.digest
        } else {
            return
        }
        if ours != checkpoint.digest {
            diverge(
                "record \(sequence): the state at \(checkpoint.sequence) had the digest "
                    + "\(checkpoint.digest.hex), replay gives \(ours.hex)")
        }
    }

    private mutating func diverge(_ what: String) {
        divergence = divergence ?? what
        expected = []
    }
}
