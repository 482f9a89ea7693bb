public import Crypto
import Glibc
public import Platform

/// Why the journal cannot be read or written on.
public enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process holds the directory.
    case locked(directory: String)
    case system(String, SystemError)
    /// Books are kept by the whitelist's order, so a journal cannot go on under another one.
    case otherSymbols(had: [String], wanted: [String])
    /// Bytes in the middle that are not what was written: where, and the first sequence in doubt.
    case corrupt(file: String, offset: Int, sequence: UInt64, what: String)

    public var description: String {
        switch self {
        case .locked(let directory):
            "another titan process works in \(directory): stop it, or use another --data-dir"
        case .system(let doing, let error): "\(doing): \(error)"
        case .otherSymbols(let had, let wanted):
            "the journal is of a desk for \(had.joined(separator: ", ")), the policy names "
                + "\(wanted.joined(separator: ", ")): keep the symbols, or use another --data-dir"
        case .corrupt(let file, let offset, let sequence, let what):
            "\(file) at byte \(offset), record \(sequence): \(what)"
        }
    }
}

/// What was found when a journal was opened.
public struct JournalOpening: Hashable, Sendable {
    /// Of the next record to be written; the first ever has 1.
    public var nextSequence: UInt64 = 1
    /// Bytes of an unfinished last block that were cut off.
    public var tornBytes = 0
    public var root = MerkleTree().root
}

/// The records of one desk in preallocated segment files, one sync a block.
///
/// Thread: one at a time. A failed write or sync is final: nothing is ever written after it.
@safe public final class JournalFile {
    private let directory: String
    private let lock: Descriptor
    private let leaderEpoch: UInt64
    private let segmentBytes: Int
    private var tree = MerkleTree()
    private var hasher = SHA256()
    private var segment: Segment
    private var nextSequence: UInt64
    private var failure: JournalError?
    let spare: SpareSegment
    public let opening: JournalOpening

    /// The file being written, and how far.
    private struct Segment: ~Copyable {
        let file: Descriptor
        var end: Int
    }

    /// Opens or begins the journal in a directory, handing every durable record to `visit` in order.
    ///
    /// A torn tail is cut off. Anything else that does not read throws, and changes nothing.
    public init(
        directory: String, lock: consuming Descriptor, leaderEpoch: UInt64 = 1,
        segmentBytes: Int = Limits.Journal.segmentBytes, visit: (UInt64, [UInt8]) -> Void
    ) throws(JournalError) {
        self.directory = directory
        self.leaderEpoch = leaderEpoch
        self.segmentBytes = segmentBytes
        var scan = JournalScan()
        try scan.read(directory: directory, visit: visit)
        var opening = JournalOpening()
        (opening.nextSequence, opening.tornBytes) = (scan.nextSequence, scan.tornBytes)
        opening.root = scan.tree.root
        self.opening = opening
        (tree, nextSequence) = (scan.tree, scan.nextSequence)
        self.lock = lock
        let name = scan.lastSegment ?? JournalSegment.name(scan.nextSequence)
        let path = directory + "/" + name
        segment = Segment(
            file: try JournalSegment.open(path, bytesCount: segmentBytes), end: scan.end)
        spare = SpareSegment(directory: directory, bytesCount: segmentBytes)
        if scan.tornBytes > 0 {
            try JournalSegment.erase(segment.file, from: scan.end, scan.tornBytes)
        }
        spare.prepare()
    }

    deinit { spare.finish() }

    /// Takes the directory for this process; it is given back when the descriptor goes.
    public static func lock(
        _ directory: String, tries: Int = Limits.Journal.lockTries
    ) throws(JournalError) -> Descriptor {
        let path = directory + "/lock"
        let descriptor: Descriptor
        do { descriptor = try Files.open(path, flags: O_RDWR | O_CREAT) } catch {
            throw .system("lock the directory", error)
        }
        // A predecessor that is just ending, or has a child that is just starting, gets a moment.
        for _ in 0..<tries {
            if flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 { return descriptor }
            usleep(Limits.Journal.lockPauseMicroseconds)
        }
        throw .locked(directory: directory)
    }

    /// Writes records as one block and syncs once. Returns the last sequence made durable.
    public func append(_ records: [[UInt8]]) throws(JournalError) -> UInt64 {
        if let failure { throw failure }
        let first = nextSequence
        for record in records {
            tree.append(leaf: JournalBlock.leaf(nextSequence, record), with: &hasher)
            nextSequence += 1
        }
        let bytes = JournalBlock(
            firstSequence: first, leaderEpoch: leaderEpoch, treeSize: tree.size,
            root: tree.root(with: &hasher), records: records
        ).bytes
        do {
            try write(bytes, first)
        } catch {
            failure = error
            throw error
        }
        return nextSequence - 1
    }

    /// Of the latest record, 0 before the first.
    public var lastSequence: UInt64 { nextSequence - 1 }

    /// The root over everything written so far.
    public var root: Digest256 { tree.root }

    private func write(_ bytes: [UInt8], _ first: UInt64) throws(JournalError) {
        if segment.end + bytes.count > segmentBytes, segment.end > 0 {
            let path = directory + "/" + JournalSegment.name(first)
            _ = try spare.take(as: path)
            let file = try JournalSegment.open(path, bytesCount: segmentBytes)
            segment = Segment(file: file, end: 0)
        }
        spare.prepare()
        try JournalSegment.write(segment.file, bytes, at: segment.end)
        segment.end += bytes.count
    }
}
