import Domain
import Foundation
import Testing

@testable import Engine

@Suite struct `The paper venue's file` {
    /// A venue with a past on disk: orders, fills, a cancel, a refusal, a halt.
    private func past(_ directory: String) throws -> PaperBooks {
        var rig = try VenueRig(store: VenueFile(directory: directory))
        try rig.ticker(50_000)
        try rig.place(rig.order("a"))
        try rig.place(rig.order("b", .sell, size: "0.004", price: "49900"))
        try rig.place(rig.order("c", price: "40000"))
        try rig.place(rig.order("d", price: "41000"))
        try rig.cancel("d")
        try rig.place(rig.order("e", size: "0"))
        let halt = #"{"halt_epoch":3,"state":"HARD_HALT"}"#
        try rig.receive(
            OutgoingMessage(subject: "titan.cmd.sys.halt.v1", payload: Array(halt.utf8)))
        try rig.run(milliseconds: 2_000)
        return rig.venue.books
    }

    @Test func `gives back orders, positions, cash, executions and epoch`() throws {
        let directory = TemporaryDirectory()
        let before = try past(directory.path)
        #expect(before.executions == 2)
        #expect(before.haltEpoch == 3)
        let rig = try VenueRig(store: VenueFile(directory: directory.path))
        #expect(rig.venue.books == before)
    }

    @Test func `opens to a prefix wherever it is cut`() throws {
        let directory = TemporaryDirectory()
        let whole = try past(directory.path)
        let path = directory.path + "/venue.books"
        let bytes = try Array(Data(contentsOf: URL(filePath: path)))
        var ends = [0]
        var states = [PaperBooks()]
        while case .frame(let frame, let next) = VenueFrame.read(
            bytes, at: ends.last!, maximum: bytes.count)
        {
            var books = states.last!
            let records = try #require(BinaryDecoder.decode(PaperFrame.self, from: frame)).records
            for record in records { books.apply(record) }
            ends.append(next)
            states.append(books)
        }
        #expect(ends.count > 10)
        #expect(states.last == whole)
        for cut in 0...bytes.count {
            try Data(bytes[..<cut]).write(to: URL(filePath: path))
            let file = try VenueFile(directory: directory.path)
            let frames = file.recover()
            let expected = ends.lastIndex { $0 <= cut }!
            try #require(frames.count == expected, "cut at \(cut)")
            #expect(file.tornBytes == cut - ends[expected])
            // What was cut off is gone from the file, too.
            #expect(try Data(contentsOf: URL(filePath: path)).count == ends[expected])
        }
        for cut in ends {
            try Data(bytes[..<cut]).write(to: URL(filePath: path))
            let rig = try VenueRig(store: VenueFile(directory: directory.path))
            let state = states[ends.firstIndex(of: cut)!]
            if cut > 0 { #expect(rig.venue.books == state) }
        }
    }

    @Test func `goes on after a torn end`() throws {
        let directory = TemporaryDirectory()
        _ = try past(directory.path)
        let url = URL(filePath: directory.path + "/venue.books")
        try Data(Data(contentsOf: url).dropLast(3)).write(to: url)
        var rig = try VenueRig(store: VenueFile(directory: directory.path))
        try rig.ticker(50_000)
        try rig.place(rig.order("z", epoch: 3))
        let books = rig.venue.books
        rig = try VenueRig()
        let again = try VenueRig(store: VenueFile(directory: directory.path))
        #expect(again.venue.books == books)
    }

    @Test func `refuses damage in its middle, and changes nothing`() throws {
        let directory = TemporaryDirectory()
        _ = try past(directory.path)
        let url = URL(filePath: directory.path + "/venue.books")
        let bytes = try Array(Data(contentsOf: url))
        for place in stride(from: 0, to: bytes.count / 2, by: 7) {
            var damaged = bytes
            damaged[place] ^= 0x40
            try Data(damaged).write(to: url)
            let error = #expect(throws: VenueStoreError.self) {
                try VenueFile(directory: directory.path)
            }
            guard case .corrupt(let file, let offset, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(file == url.path && offset <= place)
            #expect(try Array(Data(contentsOf: url)) == damaged)
        }
    }

    @Test func `is one process's at a time`() throws {
        let directory = TemporaryDirectory()
        let first = try VenueFile(directory: directory.path)
        let error = #expect(throws: VenueStoreError.self) {
            try VenueFile(directory: directory.path)
        }
        #expect(error == .locked(directory: directory.path))
        withExtendedLifetime(first) {}
    }

    @Test func `is rewritten as one frame, and holds the same`() throws {
        let directory = TemporaryDirectory()
        let books = try past(directory.path)
        do {
            let file = try VenueFile(directory: directory.path)
            _ = file.recover()
            let long = file.bytesCount
            var frame = PaperFrame()
            frame.records = [.opened(books)]
            try file.replace(with: BinaryEncoder.encode(frame))
            #expect(file.bytesCount < long)
            frame.records = [.halted(PaperRecord.Number(9))]
            try file.append(BinaryEncoder.encode(frame))
        }
        let rig = try VenueRig(store: VenueFile(directory: directory.path))
        var expected = books
        expected.haltEpoch = 9
        #expect(rig.venue.books == expected)
    }

    /// A store that fails when it is told to, and then remembers that nothing more may come.
    private final class FailingStore: VenueStore {
        var fails = false
        var frames: [[UInt8]] = []
        func recover() -> [[UInt8]] { frames }
        func append(_ frame: [UInt8]) throws(VenueStoreError) {
            if fails { throw .system("fdatasync: no space") }
            frames.append(frame)
        }
        func replace(with frame: [UInt8]) throws(VenueStoreError) { try append(frame) }
        var bytesCount: Int { 0 }
    }

    @Test func `lets nothing leave that was not written`() throws {
        let desk = try VirtualDesk()
        let store = FailingStore()
        var rig = try VenueRig(store: store)
        let host = try desk.add(rig.venue)
        rig.time = VirtualDesk.start
        desk.run(seconds: 1)
        desk.forget()
        store.fails = true
        desk.publish(rig.command("place", rig.envelope(rig.order("a"))))
        desk.run(seconds: 60)
        #expect(host.failure != nil)
        #expect(desk.messages("titan.evt.") == [])
        // Never acknowledged: it came again and again until the bus gave up.
        #expect(desk.bus.health.redelivered > 0)
    }
}
