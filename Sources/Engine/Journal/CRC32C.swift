/// The checksum of every record and block header. Source: RFC 3720, appendix B.4 (Castagnoli).
enum CRC32C {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in
            crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1
        }
    }

    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let table = table
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc = crc >> 8 ^ table[Int(truncatingIfNeeded: crc ^ UInt32(byte)) & 255]
        }
        return ~crc
    }
}
