import Glibc

/// How far the bytes of one read have been used up.
struct HTTP1Reader {
    var position: Int

    /// The next line without its end; `nil` when its end has not come yet.
    ///
    /// Errors: `tooLong` when the line takes more than `maximum` bytes, and one for a line feed
    /// without its carriage return: two readers that disagree about it see different requests.
    mutating func line(
        _ bytes: Span<UInt8>, scanned: inout Int, maximum: Int, tooLong: WireError
    ) throws(WireError) -> Range<Int>? {
        guard let end = Self.lineFeed(in: bytes, from: position + scanned) else {
            scanned = bytes.count - position
            if scanned > maximum + 1 { throw tooLong }
            return nil
        }
        scanned = 0
        guard end > position, bytes[end - 1] == 0x0D else { throw .bareLineFeed }
        let line = position..<(end - 1)
        if line.count > maximum { throw tooLong }
        position = end + 1
        return line
    }

    /// Takes at most `count` bytes.
    mutating func take(_ count: Int, of bytes: Span<UInt8>) -> Range<Int> {
        let start = position
        position += min(count, bytes.count - position)
        return start..<position
    }

    private static func lineFeed(in bytes: Span<UInt8>, from start: Int) -> Int? {
        unsafe bytes.extracting(droppingFirst: start).withUnsafeBytes { rest in
            guard let base = rest.baseAddress,
                let found = unsafe memchr(base, 0x0A, rest.count)
            else { return nil }
            return unsafe start + base.distance(to: UnsafeRawPointer(found))
        }
    }
}
