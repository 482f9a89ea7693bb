import Crypto
import Domain
import Platform
import TestSupport

@testable import Engine

/// A whole engine in wall time over an embedded bus, and the hands of a venue and a phase.
final class Rig: Sendable {
    let directory: TemporaryDirectory
    let bus: EmbeddedBus
    let engine: Engine
    /// Payloads that reached the execution service, in order: places, cancels, halts.
    private let sent = Guarded<[BusMessage]>([])
    private let venueSequence: Guarded<Int64>

    init(
        _ directory: TemporaryDirectory = TemporaryDirectory(), venueSequence: Int64 = 0,
        segmentBytes: Int = 262_144, redelivers: Bool = false
    ) throws {
        self.directory = directory
        self.venueSequence = Guarded(venueSequence)
        bus = try EmbeddedBus(core: try BusCore())
        engine = try Engine(
            Self.configuration(directory, segmentBytes),
            bus: redelivers ? RedeliveringBus(bus) : bus)
        try bus.subscribe("titan.cmd.>") { [sent] message in sent.withLock { $0.append(message) } }
    }

    static func configuration(
        _ directory: TemporaryDirectory, _ segmentBytes: Int = 262_144
    ) -> EngineConfiguration {
        var configuration = EngineConfiguration(
            directory: directory.path, key: SigningKey(id: "k1", secret: [1, 2, 3]), desk: "t",
            traceSeed: SHA256.hash([1]))
        configuration.segmentBytes = segmentBytes
        configuration.snapshotRecords = 2000
        return configuration
    }

    /// A running desk that has reconciled and sees a market.
    static func ready(
        _ directory: TemporaryDirectory = TemporaryDirectory(), redelivers: Bool = false
    ) throws -> Rig {
        let rig = try Rig(directory, redelivers: redelivers)
        try rig.engine.start()
        rig.quote()
        rig.snapshot()
        try rig.wait("truth") { $0.state.truth.score == 10_000 && $0.state.books.quotes[0].bid > 0 }
        return rig
    }

    /// What an engine would begin with in a directory. It is not started.
    static func opening(_ directory: TemporaryDirectory) throws -> RecoveredDesk {
        let rig = try Rig(directory)
        defer { rig.engine.stop() }
        return rig.engine.opening
    }

    var messages: [BusMessage] { sent.withLock { $0 } }
    var places: [BusMessage] {
        messages.filter { $0.subject.hasPrefix("titan.cmd.execution.place") }
    }
    var cancels: [BusMessage] {
        messages.filter { $0.subject.hasPrefix("titan.cmd.execution.cancel") }
    }
    var halts: [BusMessage] { messages.filter { $0.subject == "titan.cmd.sys.halt.v1" } }

    private var milliseconds: Int64 { Machine.wallMicroseconds / 1000 }

    func publish(_ subject: String, _ json: String) {
        bus.publish(OutgoingMessage(subject: subject, payload: Array(json.utf8))) { _ in }
    }

    func quote() {
        publish(
            "titan.data.market.ticker.v1.BTC_USDT",
            #"{"symbol":"BTC/USDT","bid":"50000","ask":"50001","timestamp":\#(milliseconds)}"#)
    }

    func signal(_ id: String, size: String = "0.001", side: String = "LONG") {
        publish(
            "titan.signal.submit.v1",
            """
            {"signal_id":"\(id)","symbol":"BTCUSDT","direction":"\(side)","source":"hunter",
            "timestamp":\(milliseconds),"position_size":\(size),"confidence":0.9,
            "entry_zone":{"min":50000,"max":50001}}
            """)
    }

    /// A snapshot of a venue that holds nothing, or what `edit` puts in.
    func snapshot(positions: String = "{}", orders: String = "{}", executions: Int = 0) {
        let sequence = venueSequence.withLock { sequence in
            sequence += 1
            return sequence
        }
        publish(
            "titan.evt.execution.truth.v1",
            """
            {"timestamp":\(milliseconds),"seq":\(sequence),"executions":\(executions),
            "balances":{"USDT":{"total":"100000"}},"positions":\(positions),"orders":\(orders),
            "recent_executions":[]}
            """)
    }

    /// Waits until the latest view is as wanted; at most ten seconds.
    @discardableResult
    func wait(_ what: String, until condition: (EngineView) -> Bool) throws -> EngineView {
        for _ in 0..<5_000 {
            if let view = engine.view, condition(view) { return view }
            pause()
        }
        throw NeverHappened(what: what)
    }

    func wait(for what: String, until condition: () -> Bool) throws {
        for _ in 0..<5_000 {
            if condition() { return }
            pause()
        }
        throw NeverHappened(what: what)
    }

    func submit(_ command: OperatorCommand) throws -> Result<Receipt, EngineError> {
        let answer = Guarded<Result<Receipt, EngineError>?>(nil)
        engine.submit(command) { result in answer.withLock { $0 = result } }
        try wait(for: "answer to \(command.action.name)") { answer.withLock { $0 } != nil }
        return answer.withLock { $0! }
    }

    /// As the API does: the word first, then the command that says why.
    func halt(_ reason: String) throws -> Result<Receipt, EngineError> {
        let (_, closed, handedOver) = engine.raiseHalt(reason: reason)
        var command = OperatorCommand()
        (command.action, command.actor, command.reason) = (.halt, "ann", reason)
        (command.gateClosed, command.sentBefore) = (closed, handedOver)
        return try submit(command)
    }

    func resume(clearing epoch: UInt64) throws -> Result<Receipt, EngineError> {
        var command = OperatorCommand()
        (command.action, command.actor, command.reason) = (.resume, "ann", "checked")
        command.clearsEpoch = epoch
        return try submit(command)
    }

    /// What the journal of the directory says when it is replayed from its very start.
    static func replay(_ directory: TemporaryDirectory) throws -> Replay {
        var replay = Replay(core: Core(snapshotRecords: 2000))
        var scan = JournalScan()
        try scan.read(directory: directory.path) { replay.take(sequence: $0, bytes: $1) }
        replay.finish()
        return replay
    }

    private func pause() {
        do { try Bell().wait(milliseconds: 2) } catch { return }
    }
}

struct NeverHappened: Error {
    let what: String
}
