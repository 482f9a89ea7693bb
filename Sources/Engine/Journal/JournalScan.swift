/// Reads all blocks of a journal in order and checks each against the last.
struct JournalScan {
    private(set) var tree = MerkleTree()
    private(set) var nextSequence: UInt64 = 1
    private(set) var lastSegment: String?
    /// Where the next block goes in the last segment.
    private(set) var end = 0
    private(set) var tornBytes = 0
    private(set) var blocks = 0

    mutating func read(
        directory: String, visit: (UInt64, [UInt8]) -> Void
    ) throws(JournalError) {
        let names = try JournalSegment.names(in: directory)
        for (index, name) in names.enumerated() {
            lastSegment = name
            let bytes = try JournalSegment.read(directory + "/" + name)
            try read(name, bytes, isLast: index == names.count - 1, visit: visit)
        }
    }

    private mutating func read(
        _ name: String, _ bytes: [UInt8], isLast: Bool, visit: (UInt64, [UInt8]) -> Void
    ) throws(JournalError) {
        end = 0
        while true {
            switch JournalBlock.read(bytes, at: end) {
            case .end:
                try expectZeros(name, bytes, from: end)
                return
            case .block(let block, let count):
                if let what = disagreement(block) {
                    throw .corrupt(file: name, offset: end, sequence: nextSequence, what: what)
                }
                take(block, visit)
                end += count
            case .broken(let what):
                guard isLast, !Self.hasBlock(bytes, after: end + 1) else {
                    throw .corrupt(file: name, offset: end, sequence: nextSequence, what: what)
                }
                tornBytes = (bytes.lastIndex { $0 != 0 } ?? end) + 1 - end
                return
            }
        }
    }

    /// Why a block cannot follow what was read so far, or `nil`.
    private func disagreement(_ block: JournalBlock) -> String? {
        guard block.firstSequence == nextSequence else {
            return "begins with record \(block.firstSequence)"
        }
        var expected = tree
        for (index, record) in block.records.enumerated() {
            expected.append(leaf: JournalBlock.leaf(nextSequence + UInt64(index), record))
        }
        guard block.treeSize == expected.size, block.root == expected.root else {
            return "the tree over all records has another root"
        }
        return nil
    }

    private mutating func take(_ block: JournalBlock, _ visit: (UInt64, [UInt8]) -> Void) {
        for record in block.records {
            tree.append(leaf: JournalBlock.leaf(nextSequence, record))
            visit(nextSequence, record)
            nextSequence += 1
        }
        blocks += 1
    }

    /// After the last block there is nothing but the preallocated zeros.
    private func expectZeros(_ name: String, _ bytes: [UInt8], from offset: Int)
        throws(JournalError)
    {
        guard let stray = bytes[offset...].firstIndex(where: { $0 != 0 }) else { return }
        throw .corrupt(
            file: name, offset: stray, sequence: nextSequence, what: "bytes after the last block")
    }

    /// Whether a whole block stands anywhere behind a broken place: then the place is no torn tail.
    private static func hasBlock(_ bytes: [UInt8], after offset: Int) -> Bool {
        var magic: [UInt8] = []
        magic.append(little: JournalBlock.magic)
        var place = offset
        while place + JournalBlock.headerCount <= bytes.count {
            if bytes[place] == magic[0], bytes[place..<place + 4].elementsEqual(magic),
                case .block = JournalBlock.read(bytes, at: place)
            {
                return true
            }
            place += 1
        }
        return false
    }
}
