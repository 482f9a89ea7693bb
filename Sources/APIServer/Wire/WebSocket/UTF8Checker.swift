/// Checks UTF-8 that comes in pieces, and says at the first wrong byte that it is wrong.
///
/// Source: the Unicode Standard, table 3-7.
struct UTF8Checker: Sendable {
    /// Continuation bytes still to come, and what the next one may be.
    private var missing = 0
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// Whether no character is left half.
    var isComplete: Bool { missing == 0 }

    /// `false` when the bytes from `start` on cannot go on what came before.
    mutating func check(_ bytes: [UInt8], from start: Int) -> Bool {
        let span = bytes.span
        var index = start
        while index < span.count {
            if missing == 0 { index = Self.skipASCII(bytes, from: index) }
            if index < span.count {
                guard take(span[index]) else { return false }
                index += 1
            }
        }
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        if missing > 0 {
            guard allowed.contains(byte) else { return false }
            missing -= 1
            allowed = 0x80...0xBF
            return true
        }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: missing = 1
        case 0xE0...0xEF:
            missing = 2
            if byte == 0xE0 { allowed = 0xA0...0xBF }
            if byte == 0xED { allowed = 0x80...0x9F }
        case 0xF0...0xF4:
            missing = 3
            if byte == 0xF0 { allowed = 0x90...0xBF }
            if byte == 0xF4 { allowed = 0x80...0x8F }
        default: return false
        }
        return true
    }

    /// The first byte from `start` on in a group of eight that is not all ASCII.
    private static func skipASCII(_ bytes: [UInt8], from start: Int) -> Int {
        unsafe bytes.withUnsafeBytes { bytes in
            var index = start
            while index + 8 <= bytes.count {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if word & 0x8080_8080_8080_8080 != 0 { break }
                index += 8
            }
            return index
        }
    }
}
