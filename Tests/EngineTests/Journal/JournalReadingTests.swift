import Platform
import TestSupport
import Testing

@testable import Engine

/// A small journal: its bytes, and where its blocks stand.
private struct SmallJournal {
    static let name = JournalSegment.name(1)
    static let segmentBytes = 8192
    var bytes: [UInt8]
    /// First byte of each block, and of the place after the last.
    private(set) var places = [0]
    private(set) var firsts: [UInt64] = [1]

    /// Blocks of one to three records of 5 to 200 bytes, the last byte of some of them zero.
    init(blocks: Int = 4, recordBytes: ClosedRange<Int> = 5...200) throws {
        var random = Seeded(seed: 7)
        bytes = []
        var tree = MerkleTree()
        for _ in 0..<blocks {
            let records = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                (0..<Int.random(in: recordBytes, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                } + [0]
            }
            var next = firsts.last!
            for record in records {
                tree.append(leaf: JournalBlock.leaf(next, record))
                next += 1
            }
            bytes +=
                JournalBlock(
                    firstSequence: firsts.last!, leaderEpoch: 1, treeSize: tree.size,
                    root: tree.root, records: records
                ).bytes
            places.append(bytes.count)
            firsts.append(next)
        }
        bytes += [UInt8](repeating: 0, count: Self.segmentBytes - bytes.count)
    }

    /// How many blocks stand wholly before a place.
    func blocks(before place: Int) -> Int { places.dropFirst().count { $0 <= place } }

    struct Outcome {
        var records: UInt64 = 0
        var tornBytes = 0
    }

    /// Scans the bytes as the only segment of a journal.
    func scan(_ bytes: [UInt8]) throws -> Outcome {
        var scan = JournalScan()
        try scan.read(Self.name, bytes, isLast: true) { _, _ in }
        return Outcome(records: scan.nextSequence - 1, tornBytes: scan.tornBytes)
    }
}

@Suite struct `A journal that was cut off` {
    @Test(arguments: [true, false])
    func `is read up to its last whole block, and says how much is torn`(shorter: Bool) throws {
        let journal = try SmallJournal()
        let end = journal.places.last!
        for cut in 0...end {
            let rest = SmallJournal.segmentBytes - cut
            let zeros = shorter ? [] : [UInt8](repeating: 0, count: rest)
            let outcome = try journal.scan(Array(journal.bytes[..<cut]) + zeros)
            let whole = journal.blocks(before: cut)
            #expect(outcome.records == journal.firsts[whole] - 1, "cut at \(cut)")
            #expect((outcome.tornBytes > 0) == (cut > journal.places[whole]), "cut at \(cut)")
            #expect(outcome.tornBytes <= cut - journal.places[whole])
        }
    }

    @Test func `is a torn tail too when only the last block's first sectors are missing`() throws {
        let journal = try SmallJournal(blocks: 3, recordBytes: 600...700)
        let start = journal.places[2]
        var bytes = journal.bytes
        for place in start..<(start / 512 + 1) * 512 { bytes[place] = 0 }
        let outcome = try journal.scan(bytes)
        #expect(outcome.records == journal.firsts[2] - 1)
        #expect(outcome.tornBytes == journal.places[3] - start)
    }

    @Test func `goes on after the cut`() throws {
        let journal = try SmallJournal()
        let cut = journal.places[4] - 3
        let directory = TemporaryDirectory()
        try directory.write(Array(journal.bytes[..<cut]), to: SmallJournal.name)
        for turn in 0..<2 {
            let file = try JournalFile(
                directory: directory.path, lock: try JournalFile.lock(directory.path),
                segmentBytes: SmallJournal.segmentBytes
            ) { _, _ in }
            #expect((file.opening.tornBytes > 0) == (turn == 0))
            #expect(file.opening.nextSequence == journal.firsts[3] + UInt64(turn))
            _ = try file.append([[1, 2, 3]])
        }
    }
}

@Suite struct `A journal with a wrong bit` {
    @Test func `names file, offset and record, wherever the bit is before the last block`() throws {
        let journal = try SmallJournal()
        for bit in 0..<journal.places[3] * 8 {
            var bytes = journal.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let block = journal.blocks(before: bit / 8)
            let error = #expect(throws: JournalError.self) { try journal.scan(bytes) }
            guard case .corrupt(let file, let offset, let sequence, _) = error else {
                Issue.record("bit \(bit): \(String(describing: error))")
                continue
            }
            #expect(file == SmallJournal.name)
            #expect(offset == journal.places[block], "bit \(bit)")
            #expect(sequence == journal.firsts[block], "bit \(bit)")
        }
    }

    /// A wrong bit is no torn write: every sector of the block is there.
    @Test func `is not taken for a torn tail in the last block, but where its mark stands`() throws
    {
        let journal = try SmallJournal()
        var torn = 0
        for bit in journal.places[3] * 8..<journal.places[4] * 8 {
            var bytes = journal.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            do {
                let outcome = try journal.scan(bytes)
                #expect(outcome.records == journal.firsts[3] - 1)
                torn += 1
            } catch is JournalError {}
        }
        #expect(torn == 0)
    }

    @Test func `refuses a whole block that stands after a gap`() throws {
        let journal = try SmallJournal()
        var bytes = journal.bytes
        let block = Array(bytes[journal.places[3]..<journal.places[4]])
        let place = journal.places[4] + 600
        bytes.replaceSubrange(place..<place + block.count, with: block)
        let error = #expect(throws: JournalError.self) { try journal.scan(bytes) }
        guard case .corrupt(_, let offset, let sequence, _) = error else { return }
        #expect((offset, sequence) == (journal.places[4], journal.firsts[4]))
    }

    @Test func `cuts off stray bytes after the end and says so`() throws {
        let journal = try SmallJournal()
        var bytes = journal.bytes
        bytes[journal.places[4] + 700] = 1
        let outcome = try journal.scan(bytes)
        #expect(outcome.records == journal.firsts[4] - 1)
        #expect(outcome.tornBytes == 701)
    }
}
