import Domain
import Platform
import TestSupport
import Testing

@testable import Engine

@Suite(.serialized) struct `An engine` {
    @Test func `decides a signal, makes the decision durable and sends the intent`() throws {
        let rig = try Rig.ready()
        rig.signal("s1")
        try rig.wait(for: "intent") { rig.places.count == 1 }
        let decision = try #require(rig.engine.decisions.last)
        #expect(decision.approved && decision.signalId == "s1")
        let payload = try JSON.parse(rig.places[0].payload)["payload"]
        #expect(payload?["order_id"]?.text == decision.intentId)
        #expect(payload?["halt_epoch"]?.integer == Int64(rig.engine.haltWord.current))
        rig.engine.stop()
        let replay = try Rig.replay(rig.directory)
        #expect(replay.divergence == nil)
        #expect(replay.core.state.books.orders.map(\.id) == [decision.intentId])
        #expect(replay.core.state.books.orders[0].state == .sent)
    }

    @Test func `decides a signal once, however often the bus brings it`() throws {
        let rig = try Rig.ready()
        rig.signal("again")
        try rig.wait(for: "decision") { rig.engine.decisions.count == 1 }
        rig.signal("again")
        try rig.wait(for: "second decision") { rig.engine.decisions.count == 2 }
        #expect(rig.engine.decisions[1].failures.checks == [.duplicateSignal])
        rig.engine.stop()
        #expect(rig.places.count == 1)
    }

    /// The record is there: a message that comes again leaves no second one and no doubt.
    @Test func `makes nothing of a message that the bus brings again`() throws {
        let rig = try Rig.ready(redelivers: true)
        rig.signal("s1")
        try rig.wait(for: "intent") { rig.places.count == 1 }
        let order = try #require(rig.engine.decisions.last).intentId
        rig.publish(
            "titan.evt.execution.fill.v1.paper.main.BTC_USDT",
            """
            {"executionId":"x1","orderId":"\(order)","symbol":"BTC/USDT","side":"BUY",
            "price":"50001","qty":"0.001","fee":"0","timestamp":1}
            """)
        try rig.wait("fill") { $0.state.books.positions[0].quantity == 100_000 }
        rig.signal("s2")
        try rig.wait(for: "second decision") { rig.engine.decisions.count >= 2 }
        rig.engine.stop()
        #expect(rig.engine.decisions.map(\.signalId) == ["s1", "s2"])
        let state = try Rig.replay(rig.directory).core.state
        #expect(state.books.executions == 1)
        #expect(!state.truth.discrepancies.contains { $0.kind == .duplicateFill })
        #expect(rig.bus.health.redelivered == 0)
    }

    @Test func `is halted after a restart, with the same digest, and resumes for its epoch only`()
        throws
    {
        let directory = TemporaryDirectory()
        let first = try Rig.ready(directory)
        first.signal("s1")
        try first.wait(for: "intent") { first.places.count == 1 }
        let receipt = try first.halt("smoke").get()
        #expect((receipt.status, receipt.gateClosed) == (.verified, true))
        #expect(receipt.sentBefore.count == 1 && receipt.cancelled.count == 1)
        try first.wait(for: "stops") { first.cancels.count == 1 && first.halts.count >= 1 }
        first.signal("s2")
        try first.wait(for: "denial") { first.engine.decisions.count == 2 }
        first.engine.stop()
        let digest = try Rig.replay(directory).core.state.digest

        let second = try Rig(directory, venueSequence: 100)
        #expect(second.engine.opening.doubt == "")
        #expect(second.engine.opening.core.state.digest == digest)
        try second.engine.start()
        let view = try second.wait("view") { _ in true }
        #expect(view.state.breaker.state == .halted)
        #expect(view.state.breaker.code == "operator_halt" && view.state.breaker.reason == "smoke")
        // What it had asked for and cannot know to have left, it asks for again.
        try second.wait(for: "stops again") { second.cancels.count == 1 && second.halts.count == 1 }
        second.snapshot()
        try second.wait("truth") { $0.state.truth.reconciled }
        #expect(try second.resume(clearing: receipt.haltEpoch).get().code == "epoch_moved")
        let epoch = second.engine.haltWord.current
        #expect(epoch > receipt.haltEpoch)
        let resumed = try second.resume(clearing: epoch).get()
        #expect((resumed.status, resumed.breaker) == (.verified, .defensive))
        try second.wait(for: "open") {
            second.halts.contains { String(decoding: $0.payload, as: UTF8.self).contains("OPEN") }
        }
        second.engine.stop()
    }

    /// The process died after the word was raised and before anything was recorded.
    @Test func `starts halted when a halt is in its file and not in the journal`() throws {
        let directory = TemporaryDirectory()
        let rig = try Rig.ready(directory)
        rig.engine.stop()
        let epoch = rig.engine.haltWord.current
        let file = try HaltFile(directory: directory.path)
        try file.write(HaltFile.Content(epoch: epoch + 3, reason: "fire", time: .zero))
        let again = try Rig(directory)
        #expect(again.engine.haltWord.current == epoch + 4)
        try again.engine.start()
        let view = try again.wait("view") { _ in true }
        #expect(view.state.breaker.state == .halted && view.state.breaker.code == "unsafe_start")
        #expect(view.state.breaker.reason.contains("fire"))
        again.engine.stop()
        // Now it is on record.
        #expect(try Rig.opening(directory).doubt == "")
    }

    @Test(arguments: ["missing", "garbled", "short"])
    func `starts halted when the halt file is`(state: String) throws {
        let directory = TemporaryDirectory()
        try Rig.ready(directory).engine.stop()
        var bytes = try directory.bytes("halt")
        switch state {
        case "missing": try directory.remove("halt")
        case "garbled":
            bytes[9] ^= 1
            try directory.write(bytes, to: "halt")
        default: try directory.write(Array(bytes.dropLast()), to: "halt")
        }
        // Twice: a start that goes no further than this has settled nothing.
        for _ in 0..<2 { #expect(try Rig.opening(directory).doubt != "") }
        let rig = try Rig(directory)
        try rig.engine.start()
        let view = try rig.wait("view") { _ in true }
        #expect(view.state.breaker.state == .halted)
        #expect(view.state.breaker.reason.contains("halt file"))
        rig.engine.stop()
    }

    @Test func `writes the halt to its file before anything is recorded`() throws {
        let rig = try Rig.ready()
        let epoch = rig.engine.raiseHalt(reason: "früh").epoch
        try rig.wait(for: "halt file") {
            HaltFile.read(in: rig.directory.path).map(\.epoch) == .success(epoch)
        }
        #expect(try HaltFile.read(in: rig.directory.path).get().reason == "früh")
        rig.engine.stop()
    }

    @Test func `starts halted when its snapshot does not read, with the same books`() throws {
        let directory = TemporaryDirectory()
        let first = try Rig.ready(directory)
        first.signal("s1")
        try first.wait(for: "intent") { first.places.count == 1 }
        first.engine.stop()
        let digest = try Rig.replay(directory).core.state.digest
        var bytes = try directory.bytes("snapshot")
        bytes[bytes.count / 2] ^= 4
        try directory.write(bytes, to: "snapshot")
        let opening = try Rig.opening(directory)
        #expect(opening.doubt.contains("snapshot"))
        #expect(opening.core.state.digest == digest)
    }

    /// A snapshot that reads and is not what the journal says: the digest on record proves it.
    @Test func `starts halted when its snapshot is of another desk`() throws {
        let directory = TemporaryDirectory()
        try Rig.ready(directory).engine.stop()
        let store = SnapshotStore(directory: directory.path)
        guard case .state(var state) = store.read() else {
            Issue.record("no snapshot")
            return
        }
        state.books.cash += 1
        try store.write(state)
        let doubt = try Rig.opening(directory).doubt
        #expect(doubt.contains("digest"), "\(doubt)")
    }

    @Test func `refuses a journal that ends before its snapshot`() throws {
        let directory = TemporaryDirectory()
        try Rig.ready(directory).engine.stop()
        let name = JournalSegment.name(1)
        let bytes = try directory.bytes(name)
        try directory.write([UInt8](repeating: 0, count: bytes.count), to: name)
        #expect(throws: EngineStartError.self) { try Rig(directory) }
    }

    @Test func `takes no command any more once it has stopped`() throws {
        let rig = try Rig.ready()
        rig.engine.stop()
        var command = OperatorCommand()
        command.action = .halt
        #expect(try rig.submit(command) == .failure(.stopping))
    }

    @Test func `refuses a second engine in its directory`() throws {
        let rig = try Rig()
        let error = #expect(throws: EngineStartError.self) { try Rig(rig.directory) }
        #expect(error?.description.contains("another titan process") == true)
        rig.engine.stop()
    }
}
