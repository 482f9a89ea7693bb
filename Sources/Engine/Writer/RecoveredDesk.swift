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

    /// Opens the journal and replays it from the snapshot, or from its start.
    ///
    /// Every record after the snapshot is made again and compared. What does not agree is not
    /// thrown away: the desk starts halted and says why.
    static func recover(
        _ configuration: EngineConfiguration
    ) throws(JournalError) -> (RecoveredDesk, JournalFile) {
        let lock = try JournalFile.lock(configuration.directory)
        let snapshot = SnapshotStore(directory: configuration.directory).latest()
        let state = snapshot.flatMap { BinaryDecoder.decode(State.self, from: $0.state) } ?? State()
        let from = state.sequence
        var replay = Replay(core: Core(state: state))
        var decisions: [DecisionRecord] = []
        let file = try JournalFile(directory: configuration.directory, lock: lock) { sequence, bytes in
            if case .decision(let decision) = Record(bytes: bytes) {
                decisions.append(decision)
                if decisions.count > 2 * Limits.Engine.decisionsMaximum {
                    decisions.removeFirst(Limits.Engine.decisionsMaximum)
                }
            }
            if sequence > from { replay.take(sequence: sequence, bytes: bytes) }
        }
        var doubt = replay.divergence ?? ""
        let symbols = replay.core.policy.symbolWhitelist
        if replay.records > 0 || from > 0, symbols != configuration.policy.symbolWhitelist {
            throw .otherSymbols(had: symbols, wanted: configuration.policy.symbolWhitelist)
        }
        if from >= file.opening.nextSequence { doubt = "the journal is shorter than its snapshot" }
        let desk = RecoveredDesk(
            core: replay.core, records: file.opening.nextSequence - 1,
            tornBytes: file.opening.tornBytes, doubt: doubt, decisions: decisions)
        return (desk, file)
    }

    /// The record with which this process goes on.
    func started(_ configuration: EngineConfiguration, _ haltEpoch: UInt64) -> Started {
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
