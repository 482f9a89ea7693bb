import Crypto

extension JournalBlock {
    /// How the bytes at a place read.
    enum Reading {
        /// A whole block, and how many bytes it takes.
        case block(JournalBlock, count: Int)
        /// Zeros where a block's head would stand.
        case end
        /// Part of a block: some of its sectors were never written.
        case torn(String)
        /// Every sector was written, and not all of it reads.
        case corrupt(String)
    }

    /// The unit that a disk writes whole or not at all.
    private static let sectorCount = 512

    static func read(_ bytes: [UInt8], at offset: Int) -> Reading {
        guard offset + headerCount <= bytes.count else {
            return Zeros.only(bytes, offset..<bytes.count)
                ? .end : .torn("a block's head is cut off")
        }
        let header = offset..<offset + headerCount
        if Zeros.only(bytes, header) { return .end }
        var reader = LittleReader(bytes, at: offset)
        let isMagic = reader.word32() == magic
        let bodyCount = Int(reader.word32())
        let (first, count) = (reader.word64(), Int(reader.word32()))
        let (epoch, size) = (reader.word64(), reader.word64())
        let root = Digest256(bytes: reader.bytes(32))
        guard reader.word32() == CRC32C.checksum(bytes, offset..<header.upperBound - 4), isMagic
        else { return broken(bytes, header, "a block's head does not read") }
        let end = header.upperBound + bodyCount
        guard end + endCount <= bytes.count else { return .torn("a block is cut off") }
        let span = offset..<end + endCount
        var records: [[UInt8]] = []
        records.reserveCapacity(min(count, bodyCount / 8))
        for index in 0..<count {
            guard let record = record(bytes, &reader, before: end) else {
                return broken(bytes, span, "record \(first + UInt64(index)) does not read")
            }
            records.append(record)
        }
        guard reader.offset == end else {
            return broken(bytes, span, "a block is longer than its records")
        }
        guard reader.word32() == endMark else {
            return broken(bytes, span, "a block's end does not read")
        }
        let block = JournalBlock(
            firstSequence: first, leaderEpoch: epoch, treeSize: size, root: root, records: records)
        return .block(block, count: span.count)
    }

    /// The next record, `nil` when it does not read.
    private static func record(
        _ bytes: [UInt8], _ reader: inout LittleReader, before end: Int
    ) -> [UInt8]? {
        guard reader.offset + 8 <= end else { return nil }
        let (length, checksum) = (Int(reader.word32()), reader.word32())
        let start = reader.offset
        guard length <= end - start,
            CRC32C.checksum(bytes, start..<start + length) == checksum
        else { return nil }
        return Array(reader.bytes(length))
    }

    /// A sector that is all zeros, or a last byte that is zero, was never written: torn. What was
    /// written whole and does not read is corrupt.
    private static func broken(
        _ bytes: [UInt8], _ span: Range<Int>, _ what: String
    ) -> Reading {
        if bytes[span.upperBound - 1] == 0 { return .torn(what) }
        var start = span.lowerBound
        while start < span.upperBound {
            let end = min(span.upperBound, (start / sectorCount + 1) * sectorCount)
            if Zeros.only(bytes, start..<end) { return .torn(what) }
            start = end
        }
        return .corrupt(what)
    }
}
