/// The checksum of every record and block header. Source: RFC 3720, appendix B.4 (Castagnoli).
enum CRC32C {
    /// Eight tables of 256: the checksum of a byte that has 0 to 7 zero bytes after it.
    ///
    /// Source: Kounavis and Berry, "A Systematic Approach to Building High Performance Software-based
    /// CRC Generators", 2005 (slicing by eight).
    private static let tables: [UInt32] = {
        var tables: [UInt32] = (0..<256).map { byte in
            (0..<8).reduce(UInt32(byte)) { crc, _ in
                crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1
            }
        }
        for index in 256..<2048 {
            let before = tables[index - 256]
            tables.append(before >> 8 ^ tables[Int(before & 255)])
        }
        return tables
    }()

    static func checksum(_ bytes: [UInt8]) -> UInt32 { checksum(bytes, 0..<bytes.count) }

    /// Of a part of the bytes.
    static func checksum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        unsafe bytes.withUnsafeBytes { all in
            unsafe tables.withUnsafeBufferPointer { tables in
                unsafe checksum(UnsafeRawBufferPointer(rebasing: all[range]), tables)
            }
        }
    }

    private static func checksum(
        _ bytes: UnsafeRawBufferPointer, _ tables: UnsafeBufferPointer<UInt32>
    ) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        var offset = 0
        while offset + 8 <= bytes.count {
            let word =
                unsafe UInt64(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                ^ UInt64(crc)
            crc = 0
            for place in 0..<8 {
                let byte = Int(truncatingIfNeeded: word >> UInt64(8 * place)) & 255
                unsafe crc ^= tables[(7 - place) << 8 | byte]
            }
            offset += 8
        }
        while offset < bytes.count {
            unsafe crc =
                crc >> 8 ^ tables[Int(truncatingIfNeeded: crc ^ UInt32(bytes[offset])) & 255]
            offset += 1
        }
        return ~crc
    }
}
