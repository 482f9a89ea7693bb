import Crypto

/// Reads all blocks of a journal in order and checks each against the last.
struct JournalScan: ~Copyable {
    private(set) var tree = MerkleTree()
    private(set) var nextSequence: UInt64 = 1
    private(set) var lastSegment: String?
    /// Where the next block goes in the last segment.
    private(set) var end = 0
    private(set) var tornBytes = 0
    private(set) var blocks = 0
    private var hasher = SHA256()

    mutating func read(
        directory: String, visit: (UInt64, [UInt8]) -> Void
    ) throws(JournalError) {
        let names = try JournalSegment.names(in: directory)
        for (index, name) in names.enumerated() {
            lastSegment = name
            if name != JournalSegment.name(nextSequence) {
                throw .corrupt(
                    file: name, offset: 0, sequence: nextSequence,
                    what: "\(JournalSegment.name(nextSequence)) is missing before it")
            }
            let bytes = try JournalSegment.read(directory + "/" + name)
            try read(name, bytes, isLast: index == names.count - 1, visit: visit)
        }
    }

    /// Reads one segment.
    mutating func read(
        _ name: String, _ bytes: [UInt8], isLast: Bool, visit: (UInt64, [UInt8]) -> Void
    ) throws(JournalError) {
        end = 0
        while true {
            switch JournalBlock.read(bytes, at: end) {
            case .end:
                if Zeros.only(bytes, end..<bytes.count) { return }
                // The block's first sectors never came to the disk, later ones did.
                return try cutOff(name, bytes, isLast, "bytes after the last block")
            case .block(let block, let count):
                if let what = take(block, visit) {
                    throw .corrupt(file: name, offset: end, sequence: nextSequence, what: what)
                }
                end += count
            case .torn(let what): return try cutOff(name, bytes, isLast, what)
            case .corrupt(let what):
                throw .corrupt(file: name, offset: end, sequence: nextSequence, what: what)
            }
        }
    }

    /// A torn tail: only in the last segment, and only with no whole block behind it.
    private mutating func cutOff(
        _ name: String, _ bytes: [UInt8], _ isLast: Bool, _ what: String
    ) throws(JournalError) {
        guard isLast, !Self.hasBlock(bytes, after: end + 1) else {
            throw .corrupt(file: name, offset: end, sequence: nextSequence, what: what)
        }
        tornBytes = (Zeros.last(bytes, from: end) ?? end) + 1 - end
    }

    /// Takes a block in, or says why it cannot follow what was read so far.
    private mutating func take(
        _ block: JournalBlock, _ visit: (UInt64, [UInt8]) -> Void
    ) -> String? {
        guard block.firstSequence == nextSequence else {
            return "begins with record \(block.firstSequence)"
        }
        var expected = tree
        for (index, record) in block.records.enumerated() {
            let leaf = JournalBlock.leaf(nextSequence + UInt64(index), record)
            expected.append(leaf: leaf, with: &hasher)
        }
        guard block.treeSize == expected.size, block.root == expected.root(with: &hasher) else {
            return "the tree over all records has another root"
        }
        tree = expected
        for record in block.records {
            visit(nextSequence, record)
            nextSequence += 1
        }
        blocks += 1
        return nil
    }

    /// Whether a whole block stands anywhere behind a broken place: then the place is no torn tail.
    private static func hasBlock(_ bytes: [UInt8], after offset: Int) -> Bool {
        guard let last = Zeros.last(bytes, from: min(offset, bytes.count)) else { return false }
        let first = UInt8(truncatingIfNeeded: JournalBlock.magic)
        var place = offset
        while place + JournalBlock.headerCount <= last + 1 {
            if bytes[place] == first, case .block = JournalBlock.read(bytes, at: place) {
                return true
            }
            place += 1
        }
        return false
    }
}
