import Crypto

/// One group commit: everything that one sync made durable.
///
/// Bytes, little-endian: magic 4, length of the body 4, first sequence 8, record count 4, leader
/// epoch 8, tree size 8, tree root 32, checksum of the header 4; then each record as length 4,
/// checksum 4, bytes.
struct JournalBlock: Hashable, Sendable {
    static let magic: UInt32 = 0x314B_4C42
    static let headerCount = 72

    let firstSequence: UInt64
    let leaderEpoch: UInt64
    let treeSize: UInt64
    let root: Digest256
    let records: [[UInt8]]

    /// What a leaf of the tree is: a record under its sequence.
    static func leaf(_ sequence: UInt64, _ record: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(little: sequence)
        return bytes + record
    }

    var bytes: [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(records.reduce(0) { $0 + $1.count + 8 })
        for record in records {
            body.append(little: UInt32(record.count))
            body.append(little: CRC32C.checksum(record))
            body.append(contentsOf: record)
        }
        var header: [UInt8] = []
        header.append(little: Self.magic)
        header.append(little: UInt32(body.count))
        header.append(little: firstSequence)
        header.append(little: UInt32(records.count))
        header.append(little: leaderEpoch)
        header.append(little: treeSize)
        header.append(contentsOf: root.bytes)
        header.append(little: CRC32C.checksum(header))
        return header + body
    }

    /// How the bytes at a place read.
    enum Reading {
        /// A whole block, and how many bytes it takes.
        case block(JournalBlock, count: Int)
        /// Zeros: nothing was ever written here.
        case end
        /// Something that is no whole block.
        case broken(String)
    }

    static func read(_ bytes: [UInt8], at offset: Int) -> Reading {
        guard offset + headerCount <= bytes.count else {
            return bytes[min(offset, bytes.count)...].allSatisfy { $0 == 0 }
                ? .end : .broken("a block's head is cut off")
        }
        let header = bytes[offset..<offset + headerCount]
        if header.allSatisfy({ $0 == 0 }) { return .end }
        var reader = LittleReader(bytes, at: offset)
        guard reader.word32() == magic else { return .broken("not the beginning of a block") }
        let bodyCount = Int(reader.word32())
        let first = reader.word64()
        let count = Int(reader.word32())
        let (epoch, size) = (reader.word64(), reader.word64())
        let root = Digest256(bytes: reader.bytes(32))
        guard reader.word32() == CRC32C.checksum(header.dropLast(4)) else {
            return .broken("a block's head has a wrong checksum")
        }
        guard bodyCount <= bytes.count - reader.offset else { return .broken("a block is cut off") }
        let end = reader.offset + bodyCount
        var records: [[UInt8]] = []
        for index in 0..<count {
            guard reader.offset + 8 <= end else {
                return .broken("record \(first + UInt64(index)) is cut off")
            }
            let (length, checksum) = (Int(reader.word32()), reader.word32())
            guard length <= end - reader.offset else {
                return .broken("record \(first + UInt64(index)) is cut off")
            }
            let record = reader.bytes(length)
            guard CRC32C.checksum(record) == checksum else {
                return .broken("record \(first + UInt64(index)) has a wrong checksum")
            }
            records.append(Array(record))
        }
        guard reader.offset == end else { return .broken("a block is longer than its records") }
        let block = JournalBlock(
            firstSequence: first, leaderEpoch: epoch, treeSize: size, root: root, records: records)
        return .block(block, count: end - offset)
    }
}

extension [UInt8] {
    mutating func append<Word: FixedWidthInteger>(little word: Word) {
        for shift in stride(from: 0, to: Word.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: word >> Word(shift)))
        }
    }
}

/// Reads little-endian words. The caller has checked that they are there.
struct LittleReader {
    private let all: [UInt8]
    private(set) var offset: Int

    init(_ all: [UInt8], at offset: Int) { (self.all, self.offset) = (all, offset) }

    mutating func word32() -> UInt32 { bytes(4).reversed().reduce(0) { $0 << 8 | UInt32($1) } }
    mutating func word64() -> UInt64 { bytes(8).reversed().reduce(0) { $0 << 8 | UInt64($1) } }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8> {
        defer { offset += count }
        return all[offset..<offset + count]
    }
}
