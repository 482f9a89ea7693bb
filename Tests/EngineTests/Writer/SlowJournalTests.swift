import Domain
import Platform
import TestSupport
import Testing

@testable import Engine

@Suite(.serialized) struct `A journal that hangs` {
    /// A reader that does not return holds the journal's thread as a sync that does not return.
    private final class Hang: Sendable {
        private let isOn = Guarded(false)
        let bell: Bell

        init(_ rig: Rig) throws {
            bell = try Bell()
            rig.engine.subscribe { [self] _, _ in
                while isOn.withLock({ $0 }) { bell.wait(milliseconds: 1000) }
            }
        }

        func begin() { isOn.withLock { $0 = true } }

        func end() {
            isOn.withLock { $0 = false }
            bell.ring()
        }
    }

    @Test func `holds every decision and order back, but no stop`() throws {
        let rig = try Rig.ready()
        let hang = try Hang(rig)
        rig.signal("before")
        try rig.wait(for: "intent") { rig.places.count == 1 }
        hang.begin()
        // One after the other, so that each makes a block of its own and the bound is reached.
        for index in 0..<200 {
            rig.signal("s\(index)")
            Self.pause(milliseconds: 2)
        }
        try rig.wait(for: "the journal is slow") {
            rig.engine.obstacles.contains { $0.code == "journal_slow" }
        }
        // The block in whose release the journal's thread hangs was durable.
        let (decisions, places) = (rig.engine.decisions.count, rig.places.count)
        #expect(decisions < 100)
        let start = Machine.bootMicroseconds
        let epoch = rig.engine.raiseHalt(reason: "hang").epoch
        try rig.wait(for: "stops") { !rig.cancels.isEmpty && !rig.halts.isEmpty }
        #expect(Machine.bootMicroseconds - start < 1_000_000)
        #expect(rig.engine.decisions.count == decisions)
        #expect(rig.places.count == places)
        #expect(try HaltFile.read(in: rig.directory.path).get().epoch == epoch)
        hang.end()
        let receipt = try rig.halt("hang").get()
        #expect(receipt.status == .verified)
        rig.engine.stop()
        // The orders whose records became durable after the halt stayed here.
        #expect(rig.places.count == places)
        var early = 0
        var scan = JournalScan()
        try scan.read(directory: rig.directory.path) { _, bytes in
            if case .entry(let entry) = Record(bytes: bytes),
                case .stoppedBeforeDurable = entry.input
            {
                early += 1
            }
        }
        #expect(early >= 2)
        #expect(try Rig.replay(rig.directory).divergence == nil)
    }

    @Test func `does not keep the program from ending`() throws {
        let rig = try Rig.ready()
        let hang = try Hang(rig)
        hang.begin()
        rig.signal("s")
        Self.pause(milliseconds: 100)
        let start = Machine.bootMicroseconds
        rig.engine.stop()
        #expect(Machine.bootMicroseconds - start < 5_000_000)
        hang.end()
    }

    private static func pause(milliseconds: CInt) {
        do { try Bell().wait(milliseconds: milliseconds) } catch { return }
    }
}
