/// Which bytes may stand where.
enum Characters {
    /// `tchar`, one bit a byte: letters, digits and ``!#$%&'*+-.^_`|~``. Source: RFC 9110, 5.6.2.
    private static let tokenLow: UInt64 = 0x03FF_6CFA_0000_0000
    private static let tokenHigh: UInt64 = 0x57FF_FFFF_C7FF_FFFE

    static func isToken(_ byte: UInt8) -> Bool {
        if byte < 64 { return tokenLow >> UInt64(byte) & 1 != 0 }
        return byte < 128 && tokenHigh >> UInt64(byte &- 64) & 1 != 0
    }

    /// Visible characters, blanks, and bytes above ASCII. Source: RFC 9110, section 5.5.
    static func isFieldValue(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || byte == 0x09
    }

    /// Whether all bytes may stand in a value, looked at eight at a time.
    static func areFieldValue(_ bytes: Span<UInt8>) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            var index = 0
            while index + 8 <= bytes.count {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if hasControl(word) { break }
                index += 8
            }
            while index < bytes.count {
                guard unsafe isFieldValue(bytes[index]) else { return false }
                index += 1
            }
            return true
        }
    }

    /// Whether one of eight bytes may be below 0x20 or is 0x7F; never misses one, and may take the
    /// neighbour of one for another. Source: Henry Warren, "Hacker's Delight", section 6-1.
    private static func hasControl(_ word: UInt64) -> Bool {
        let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        let deletes = word ^ (ones &* 0x7F)
        let low = (word &- ones &* 0x20) & ~word
        return (low | (deletes &- ones) & ~deletes) & highs != 0
    }

    /// Visible ASCII; a fragment has no place in a request. Source: RFC 9112, section 3.2.
    static func isTarget(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "#")
    }

    /// What the name of a host is made of, beside escapes. Source: RFC 3986, section 3.2.2.
    static func isHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "#"): false
        case UInt8(ascii: "%"): false
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: ";"): true
        case UInt8(ascii: "="): true
        default: isToken(byte)
        }
    }
}
