import Domain
import Glibc
import Platform
import TestSupport
import Testing

@testable import Engine

@Suite(.serialized) struct `A crash` {
    /// The files are copied while the desk works: the snapshot first, as it must not be ahead of the
    /// journal, and the journal while it is written.
    @Test func `at any moment leaves a desk that replays to the same digest and stays halted`()
        throws
    {
        let rig = try Rig.ready()
        var random = Seeded(seed: 11)
        var images: [(image: TemporaryDirectory, halted: Bool)] = []
        var orders: Set<String> = []
        for turn in 0..<12 {
            for index in 0..<40 { rig.signal("s\(turn)-\(index)") }
            rig.quote()
            if turn == 6 { _ = try rig.halt("in the middle") }
            for _ in 0..<Int.random(in: 0...20_000, using: &random) { sched_yield() }
            let image = TemporaryDirectory()
            let names = try rig.directory.names
            let segments = names.filter { $0.hasPrefix("segment-") }
            try rig.directory.copy(names.filter { $0 == "snapshot" || $0 == "halt" }, to: image)
            try rig.directory.copy(segments, to: image)
            images.append((image, turn >= 6))
        }
        rig.engine.stop()
        for message in rig.places {
            let id = try JSON.parse(message.payload)["payload"]?["order_id"]?.text ?? ""
            #expect(orders.insert(id).inserted, "\(id) left twice")
        }
        for (image, halted) in images { try recover(image, halted: halted) }
    }

    private func recover(_ image: TemporaryDirectory, halted: Bool) throws {
        let replay = try Rig.replay(image)
        let opening = try Rig.opening(image)
        #expect(replay.divergence == nil)
        #expect(opening.doubt == "", "\(opening.doubt)")
        #expect(opening.core.state.digest == replay.core.state.digest)
        if halted { #expect(opening.core.state.breaker.state == .halted) }
        let rig = try Rig(image, venueSequence: 1000)
        try rig.engine.start()
        let view = try rig.wait("view") { _ in true }
        if halted { #expect(view.state.breaker.state == .halted) }
        rig.signal("after")
        try rig.wait(for: "decision") { rig.engine.decisions.last?.signalId == "after" }
        rig.engine.stop()
        // Nothing of before leaves again, and no id of before is used again.
        #expect(rig.places.isEmpty)
        let ids = rig.engine.decisions.map(\.id)
        #expect(Set(ids).count == ids.count)
        let again = try Rig.opening(image)
        #expect(again.doubt == "", "\(again.doubt)")
        #expect(again.core.state.digest == (try Rig.replay(image)).core.state.digest)
    }

    /// A snapshot is taken on the way and proved by the digest on record.
    @Test func `after a snapshot replays only what came after it, to the same digest`() throws {
        let rig = try Rig.ready()
        let image = TemporaryDirectory()
        for index in 0..<1_200 { rig.signal("s\(index)") }
        try rig.wait(for: "snapshot") { Files.exists(rig.directory.path + "/snapshot") }
        let checkpoint = try rig.wait("records after it") { _ in true }.state.sequence
        try rig.wait("more") { $0.state.sequence > checkpoint + 1 }
        let names = try rig.directory.names
        try rig.directory.copy(names.filter { $0 == "snapshot" || $0 == "halt" }, to: image)
        try rig.directory.copy(names.filter { $0.hasPrefix("segment-") }, to: image)
        rig.engine.stop()
        guard case .state(let state) = SnapshotStore(directory: image.path).read() else {
            Issue.record("the snapshot does not read")
            return
        }
        #expect(state.sequence >= 2000)
        let opening = try Rig.opening(image)
        #expect(opening.doubt == "", "\(opening.doubt)")
        #expect(opening.core.state.digest == (try Rig.replay(image)).core.state.digest)
    }
}

@Suite struct `A journal that fails` {
    @Test func `halts the desk for good, lets stops leave and no order`() async {
        await #expect(processExitsWith: .success) {
            let rig = try Rig.ready()
            rig.signal("before")
            try rig.wait(for: "intent") { rig.places.count == 1 }
            try limitFiles(to: 600)
            rig.signal("lost")
            let view = try rig.wait("failure") { $0.journalFailure != nil }
            try #require(view.breaker.state == .halted && view.breaker.code == "journal_failed")
            try #require(rig.engine.obstacles.contains { $0.code == "journal_failed" })
            try rig.wait(for: "stops") { !rig.cancels.isEmpty && !rig.halts.isEmpty }
            rig.signal("more")
            var command = OperatorCommand()
            command.action = .flatten
            guard case .failure(.journalFailed) = try rig.submit(command) else {
                throw NeverHappened(what: "refusal")
            }
            try #require(rig.places.count == 1)
            try #require(rig.engine.decisions.map(\.signalId) == ["before"])
            rig.engine.stop()
            // The halt file had room, and says so at the next start.
            let content = try HaltFile.read(in: rig.directory.path).get()
            try #require(content.reason.contains("journal"))
            let replay = try Rig.replay(rig.directory)
            try #require(replay.divergence == nil)
            try #require(content.epoch > replay.core.state.breaker.haltEpoch)
        }
    }

    /// No room for the segment after this one: there is still room to record the halt.
    @Test func `halts the desk on record while the disk has room for stops`() async {
        await #expect(processExitsWith: .success) {
            let directory = TemporaryDirectory()
            try Rig.ready(directory).engine.stop()
            try directory.remove("spare")
            try limitFiles(to: 200_000)
            let rig = try Rig(directory)
            try rig.engine.start()
            let view = try rig.wait("halt") { $0.state.breaker.state == .halted }
            try #require(view.journalFailure == nil)
            try #require(view.state.breaker.reason.contains("no room"))
            rig.engine.stop()
            let replay = try Rig.replay(directory)
            try #require(replay.core.state.breaker.state == .halted)
        }
    }
}

/// Has the kernel refuse every write behind that byte of a file, as a full disk would.
private func limitFiles(to bytes: UInt) throws {
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
    try #require(unsafe setrlimit(__rlimit_resource_t(1), &limit) == 0)
}
