import Glibc

/// Looks for what is not zero, without looking at each byte by itself.
enum Zeros {
    static func only(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard let first = range.first else { return true }
        guard bytes[first] == 0 else { return false }
        // The first byte is zero, and each equals the one before it.
        return unsafe bytes.withUnsafeBytes {
            unsafe memcmp($0.baseAddress! + first, $0.baseAddress! + first + 1, range.count - 1)
                == 0
        }
    }

    /// The last place at or after `start` that is not zero.
    static func last(_ bytes: [UInt8], from start: Int) -> Int? {
        let step = 4096
        var end = bytes.count
        while end > start {
            let begin = max(start, end - step)
            if !only(bytes, begin..<end) { return bytes[begin..<end].lastIndex { $0 != 0 } }
            end = begin
        }
        return nil
    }
}
