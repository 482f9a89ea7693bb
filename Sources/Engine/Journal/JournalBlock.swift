import Crypto

/// One group commit: everything that one sync made durable.
///
/// Bytes, little-endian: magic 4, length of the records' part 4, first sequence 8, record count 4,
/// leader epoch 8, tree size 8, tree root 32, checksum of the header 4; then each record as length
/// 4, checksum 4, bytes; then the end mark 4, whose last byte tells a block that was written whole
/// from one that was cut off.
struct JournalBlock: Hashable, Sendable {
    static let magic: UInt32 = 0x314B_4C42
    static let endMark: UInt32 = 0x444E_454B
    static let headerCount = 72
    static let endCount = 4

    let firstSequence: UInt64
    let leaderEpoch: UInt64
    let treeSize: UInt64
    let root: Digest256
    let records: [[UInt8]]

    /// What a leaf of the tree is: a record under its sequence.
    static func leaf(_ sequence: UInt64, _ record: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + record.count)
        bytes.append(little: sequence)
        bytes += record
        return bytes
    }

    var bytes: [UInt8] {
        let bodyCount = records.reduce(0) { $0 + $1.count + 8 }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headerCount + bodyCount + Self.endCount)
        bytes.append(little: Self.magic)
        bytes.append(little: UInt32(bodyCount))
        bytes.append(little: firstSequence)
        bytes.append(little: UInt32(records.count))
        bytes.append(little: leaderEpoch)
        bytes.append(little: treeSize)
        bytes.append(contentsOf: root.bytes)
        bytes.append(little: CRC32C.checksum(bytes))
        for record in records {
            bytes.append(little: UInt32(record.count))
            bytes.append(little: CRC32C.checksum(record))
            bytes += record
        }
        bytes.append(little: Self.endMark)
        return bytes
    }
}

extension [UInt8] {
    mutating func append<Word: FixedWidthInteger>(little word: Word) {
        unsafe Swift.withUnsafeBytes(of: word.littleEndian) { unsafe append(contentsOf: $0) }
    }
}

/// Reads little-endian words. The caller has checked that they are there.
struct LittleReader {
    private let all: [UInt8]
    private(set) var offset: Int

    init(_ all: [UInt8], at offset: Int) { (self.all, self.offset) = (all, offset) }

    mutating func word32() -> UInt32 { word() }
    mutating func word64() -> UInt64 { word() }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8> {
        defer { offset += count }
        return all[offset..<offset + count]
    }

    private mutating func word<Word: FixedWidthInteger & BitwiseCopyable>() -> Word {
        precondition(offset + MemoryLayout<Word>.size <= all.count, "Invariant: the word is there")
        defer { offset += MemoryLayout<Word>.size }
        return Word(
            littleEndian: unsafe all.withUnsafeBytes {
                unsafe $0.loadUnaligned(fromByteOffset: offset, as: Word.self)
            })
    }
}
