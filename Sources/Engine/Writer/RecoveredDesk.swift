public import Domain
import Platform

/// The desk as its journal tells it.
public struct RecoveredDesk: Sendable {
    public let core: Core
    public let records: UInt64
    public let tornBytes: Int
    /// Why the desk must start halted, or empty.
    public let doubt: String
    /// The latest decisions, the newest last.
    public let decisions: [DecisionRecord]
    /// Above every epoch in the journal and in the halt file.
    public let haltEpoch: UInt64

    /// Opens the journal and replays it from the snapshot, or from its start.
    ///
    /// Every record after the snapshot is made again and compared. What does not agree is not
    /// thrown away: the desk starts halted and says why.
    static func recover(
        _ configuration: EngineConfiguration
    ) throws(JournalError) -> (RecoveredDesk, JournalFile) {
        let directory = configuration.directory
        do { try Files.makeDirectory(directory) } catch {
            throw .system("make \(directory)", error)
        }
        let lock = try JournalFile.lock(directory)
        try beginHaltFile(directory)
        var past = Past(configuration)
        let file = try JournalFile(
            directory: directory, lock: lock, segmentBytes: configuration.segmentBytes
        ) { past.take($0, $1) }
        try past.finish(next: file.opening.nextSequence)
        let core = past.replay.core
        let (had, wanted) = (core.policy.symbolWhitelist, configuration.policy.symbolWhitelist)
        if file.opening.nextSequence > 1, had != wanted {
            throw .otherSymbols(had: had, wanted: wanted)
        }
        let halt = try HaltDoubt(directory, recorded: core.state.breaker.haltEpoch)
        let doubts = [past.doubt, halt.doubt].filter { !$0.isEmpty }
        let desk = RecoveredDesk(
            core: core, records: file.opening.nextSequence - 1,
            tornBytes: file.opening.tornBytes, doubt: doubts.joined(separator: "; "),
            decisions: past.decisions, haltEpoch: halt.epoch)
        return (desk, file)
    }

    /// Makes the halt file of a directory that has neither one nor a journal.
    private static func beginHaltFile(_ directory: String) throws(JournalError) {
        guard !Files.exists(HaltFile.path(in: directory)),
            try JournalSegment.names(in: directory).isEmpty
        else { return }
        try HaltFile.begin(in: directory, HaltFile.Content())
    }

    /// The record with which this process goes on.
    func started(_ configuration: EngineConfiguration) -> Started {
        var started = Started()
        (started.armed, started.cash) = (configuration.armed, configuration.cash)
        started.mode = configuration.mode
        started.policy = String(decoding: configuration.policy.canonical, as: UTF8.self)
        (started.binaryDigest, started.haltEpoch) = (configuration.binaryDigest, haltEpoch)
        (started.haltReason, started.keyIds) = (doubt, [configuration.key.id])
        let past = core.state.started
        started.desk = past.desk.isEmpty ? configuration.desk : past.desk
        started.traceSeed = past.desk.isEmpty ? configuration.traceSeed : past.traceSeed
        return started
    }
}

/// What the records of a journal amount to, taken in one by one.
private struct Past {
    var replay: Replay
    /// Why the desk must start halted, or empty.
    var doubt = ""
    private let from: UInt64
    /// The latest decisions as bytes: most of them are never looked at.
    private var latest: [[UInt8]] = []

    init(_ configuration: EngineConfiguration) {
        var state = State()
        switch SnapshotStore(directory: configuration.directory).read() {
        case .none: break
        case .unreadable(let why): doubt = "the snapshot does not read: \(why)"
        case .state(let snapshot): state = snapshot
        }
        from = state.sequence
        replay = Replay(
            core: Core(state: state, snapshotRecords: configuration.snapshotRecords))
    }

    var decisions: [DecisionRecord] {
        latest.suffix(Limits.Engine.decisionsMaximum).compactMap {
            if case .decision(let decision) = Record(bytes: $0) { decision } else { nil }
        }
    }

    mutating func take(_ sequence: UInt64, _ bytes: [UInt8]) {
        if Record.isDecision(bytes) {
            latest.append(bytes)
            if latest.count > 2 * Limits.Engine.decisionsMaximum {
                latest.removeFirst(Limits.Engine.decisionsMaximum)
            }
        }
        if sequence > from { replay.take(sequence: sequence, bytes: bytes) }
    }

    mutating func finish(next: UInt64) throws(JournalError) {
        if from > 0, from >= next {
            // Going on would use names again that the lost records had used.
            throw .corrupt(
                file: "snapshot", offset: 0, sequence: next,
                what: "the journal ends before record \(from), of which there is a snapshot")
        }
        replay.finish()
        if let divergence = replay.divergence {
            doubt += (doubt.isEmpty ? "" : "; ") + divergence
        }
    }
}

/// What the halt file adds to the journal.
private struct HaltDoubt {
    /// Above every epoch that was ever raised.
    let epoch: UInt64
    /// Why the desk must start halted, or empty.
    let doubt: String

    init(_ directory: String, recorded: UInt64) throws(JournalError) {
        switch HaltFile.read(in: directory) {
        case .failure(let problem):
            // Whatever it held was raised by hand, so this is far above it.
            epoch = recorded + 1_000_000
            doubt = "the halt file cannot be read: \(problem.what)"
            // Made anew as if this halt had been raised: it holds until it is on record.
            let content = HaltFile.Content(epoch: epoch - 1, reason: doubt)
            try HaltFile.begin(in: directory, content)
        case .success(let content) where content.epoch > recorded:
            epoch = content.epoch + 1
            doubt = "halt \(content.epoch) was raised and never recorded: \(content.reason)"
        case .success:
            epoch = recorded + 1
            doubt = ""
        }
    }
}
