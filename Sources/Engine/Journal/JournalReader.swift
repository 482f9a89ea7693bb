public import Crypto

/// Reads a journal without taking its directory: a running desk's as well as a stopped one's.
public enum JournalReader {
    /// What was read.
    public struct Summary: Sendable {
        public let records: UInt64
        public let blocks: Int
        /// Over every record. Source: RFC 9162, section 2.1.1.
        public let root: Digest256
        /// Bytes behind the last whole block: a block being written, or torn off by a crash.
        public let tailBytes: Int
    }

    /// Hands every durable record to `visit`, in order, after its block was checked.
    public static func read(
        _ directory: String, visit: (UInt64, [UInt8]) -> Void
    ) throws(JournalError) -> Summary {
        var scan = JournalScan()
        try scan.read(directory: directory, visit: visit)
        return Summary(
            records: scan.nextSequence - 1, blocks: scan.blocks, root: scan.tree.root,
            tailBytes: scan.tornBytes)
    }

    /// The leaf of a record in the tree over all records.
    public static func leaf(_ sequence: UInt64, _ record: [UInt8]) -> Digest256 {
        MerkleTree.leaf(JournalBlock.leaf(sequence, record))
    }
}
