import Crypto
import Glibc
import Platform
import TestSupport
import Testing

@testable import Engine

/// Opens the journal of a directory, small segments.
private func open(
    _ directory: TemporaryDirectory, segmentBytes: Int = 2048,
    visit: (UInt64, [UInt8]) -> Void = { _, _ in }
) throws -> JournalFile {
    try JournalFile(
        directory: directory.path, lock: try JournalFile.lock(directory.path),
        segmentBytes: segmentBytes, visit: visit)
}

@Suite struct `A journal's files` {
    @Test func `roll over, and are read again as one`() throws {
        let directory = TemporaryDirectory()
        var written: [[UInt8]] = []
        do {
            let file = try open(directory)
            for index in 0..<60 {
                let records = (0..<1 + index % 3).map {
                    [UInt8(index), UInt8($0)] + [UInt8](repeating: 9, count: 90)
                }
                written += records
                #expect(try file.append(records) == UInt64(written.count))
            }
        }
        #expect(try directory.names.count { $0.hasPrefix("segment-") } > 5)
        var read: [[UInt8]] = []
        let file = try open(directory) { sequence, bytes in
            read.append(bytes)
            #expect(sequence == UInt64(read.count))
        }
        #expect(read == written)
        #expect(file.opening.root == reference(written))
    }

    @Test func `take a block that is larger than a segment`() throws {
        let directory = TemporaryDirectory()
        let large = [UInt8](repeating: 7, count: 5000)
        do {
            let file = try open(directory)
            _ = try file.append([[1]])
            _ = try file.append([large])
            _ = try file.append([[2]])
        }
        var read: [[UInt8]] = []
        _ = try open(directory) { read.append($1) }
        #expect(read == [[1], large, [2]])
    }

    @Test func `name the one that is missing`() throws {
        let directory = TemporaryDirectory()
        do {
            let file = try open(directory)
            for index in 0..<40 {
                _ = try file.append([[UInt8](repeating: UInt8(index), count: 200)])
            }
        }
        let second = try directory.names.filter { $0.hasPrefix("segment-") }[1]
        try directory.remove(second)
        let error = #expect(throws: JournalError.self) { try open(directory) }
        #expect(error?.description.contains(second + " is missing") == true)
    }

    @Test func `belong to one process`() throws {
        let directory = TemporaryDirectory()
        let file = try open(directory)
        let error = #expect(throws: JournalError.self) { try open(directory) }
        #expect(error == .locked(directory: directory.path))
        _ = try file.append([[1]])
    }

    /// Source: RFC 9162, section 2.1.1, written as it stands there.
    @Test func `have the tree's root, whatever the number of records`() {
        var tree = MerkleTree()
        var leaves: [[UInt8]] = []
        #expect(tree.root == SHA256.hash([UInt8]()))
        for index in 0..<130 {
            leaves.append([UInt8](repeating: UInt8(index), count: index))
            tree.append(leaf: leaves[index])
            #expect(tree.root == mth(leaves[...]))
        }
    }

    @Test func `have checksums of the published value`() {
        #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        let all = (0..<100).map { UInt8($0) }
        for end in 0...100 { #expect(CRC32C.checksum(all, 0..<end) == slow(all[..<end])) }
    }

    private func slow(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(0xFFFF_FFFF) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
                crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1
            }
        }
    }

    private func reference(_ records: [[UInt8]]) -> Digest256 {
        mth(records.enumerated().map { JournalBlock.leaf(UInt64($0 + 1), $1) }[...])
    }

    private func mth(_ leaves: ArraySlice<[UInt8]>) -> Digest256 {
        if leaves.isEmpty { return SHA256.hash([UInt8]()) }
        if leaves.count == 1 { return SHA256.hash([0] + leaves.first!) }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let (left, right) = (leaves.prefix(split), leaves.dropFirst(split))
        return SHA256.hash([1] + mth(left).bytes + mth(right).bytes)
    }
}

@Suite struct `A journal's thread` {
    @Test func `makes one block of what came while it was busy`() throws {
        let directory = TemporaryDirectory()
        let thread = try JournalThread(try open(directory, segmentBytes: 65_536))
        let (done, sequences) = (try Bell(), Guarded<[UInt64]>([]))
        let note: @Sendable (JournalOutcome) -> Void = { outcome in
            guard case .durable(let last) = outcome else { return }
            let count = sequences.withLock { sequences in
                sequences.append(last)
                return sequences.count
            }
            if count == 10 { done.ring() }
        }
        // The first outcome is called on the journal's thread: until it returns, nothing is written.
        thread.submit([[0]]) { _ in
            for index in 1...10 {
                thread.submit([[UInt8(index)], [UInt8(index), 1]], outcome: note)
            }
        }
        done.wait(milliseconds: 5000)
        #expect(sequences.withLock { $0 } == [UInt64](repeating: 21, count: 10))
        #expect(thread.close())
        var scan = JournalScan()
        try scan.read(directory: directory.path) { _, _ in }
        #expect((scan.blocks, scan.nextSequence) == (2, 22))
    }

    @Test func `says that a group without records is durable once all before it is`() throws {
        let directory = TemporaryDirectory()
        let thread = try JournalThread(try open(directory, segmentBytes: 65_536))
        let (done, order) = (try Bell(), Guarded<[Int]>([]))
        thread.submit([[1]]) { _ in order.withLock { $0.append(1) } }
        thread.submit([]) { _ in
            order.withLock { $0.append(2) }
            done.ring()
        }
        done.wait(milliseconds: 5000)
        #expect(order.withLock { $0 } == [1, 2])
        thread.close()
    }

    @Test func `finds a file that refuses everything after a write that failed`() async {
        await #expect(processExitsWith: .success) {
            let directory = TemporaryDirectory()
            let file = try open(directory, segmentBytes: 4096)
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
            try #require(unsafe setrlimit(__rlimit_resource_t(1), &limit) == 0)
            let large = [UInt8](repeating: 2, count: 2000)
            let first = #expect(throws: JournalError.self) { try file.append([large]) }
            let before = try directory.bytes(JournalSegment.name(1))
            let second = #expect(throws: JournalError.self) { try file.append([[1]]) }
            try #require(first == second)
            try #require(try directory.bytes(JournalSegment.name(1)) == before)
        }
    }

    /// The kernel refuses the write as a full disk would.
    @Test func `writes nothing more once a write has failed`() async {
        await #expect(processExitsWith: .success) {
            let directory = TemporaryDirectory()
            let file = try open(directory, segmentBytes: 4096)
            _ = try file.append([[UInt8](repeating: 1, count: 100)])
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
            try #require(unsafe setrlimit(__rlimit_resource_t(1), &limit) == 0)
            let thread = try JournalThread(file)
            let (bell, outcomes) = (try Bell(), Guarded<[String]>([]))
            for size in [2000, 10, 10] {
                thread.submit([[UInt8](repeating: 2, count: size)]) { outcome in
                    if case .failed(let why) = outcome { outcomes.withLock { $0.append(why) } }
                    bell.ring()
                }
                bell.wait(milliseconds: 5000)
            }
            let after = try directory.bytes(JournalSegment.name(1))
            try #require(outcomes.withLock { $0 }.count == 3)
            try #require(Set(outcomes.withLock { $0 }).count == 1)
            // The second and third would have fitted below the limit, at the same place or behind.
            try #require(!after[1000...].contains(2))
            try #require(Zeros.only(after, 1000..<4096))
        }
    }
}
