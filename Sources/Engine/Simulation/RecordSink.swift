public import Crypto

/// Where a simulation's records go: a journal, or nothing but their hash.
public protocol RecordSink: AnyObject {
    /// Takes the records of one turn; they are kept when this returns.
    func append(_ records: [[UInt8]]) throws(JournalError) -> UInt64
    /// Over every record so far.
    var root: Digest256 { get }
}

extension JournalFile: RecordSink {}

/// Keeps the tree over the records and forgets them.
public final class HashSink: RecordSink {
    private var tree = MerkleTree()

    public init() {}

    public func append(_ records: [[UInt8]]) throws(JournalError) -> UInt64 {
        for record in records { tree.append(leaf: JournalBlock.leaf(tree.size + 1, record)) }
        return tree.size
    }

    public var root: Digest256 { tree.root }
}
