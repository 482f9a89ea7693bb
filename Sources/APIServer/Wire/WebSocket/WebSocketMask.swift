/// Masking of payloads, eight bytes at a time. Source: RFC 6455, section 5.3.
enum WebSocketMask {
    /// Applies a mask to the bytes from `start` on, of which the first is byte `phase` of a payload.
    static func apply(_ mask: UInt32, phase: Int, to bytes: inout [UInt8], from start: Int) {
        let turned = turn(mask, by: phase)
        let wide = UInt64(turned) << 32 | UInt64(turned)
        unsafe bytes.withUnsafeMutableBytes { bytes in
            var index = start
            while index + 8 <= bytes.count {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                unsafe bytes.storeBytes(
                    of: word ^ wide.littleEndian, toByteOffset: index, as: UInt64.self)
                index += 8
            }
            var rest = turned
            while index < bytes.count {
                unsafe bytes[index] ^= UInt8(truncatingIfNeeded: rest)
                rest = turn(rest, by: 1)
                index += 1
            }
        }
    }

    /// The mask as it looks from byte `phase` on.
    private static func turn(_ mask: UInt32, by phase: Int) -> UInt32 {
        let shift = UInt32(phase & 3) * 8
        return mask >> shift | mask << ((32 - shift) & 31)
    }
}
