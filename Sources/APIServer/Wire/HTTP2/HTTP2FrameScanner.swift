import CNGHTTP2

/// Reads the heads of frames as bytes pass by on their way to nghttp2.
///
/// nghttp2 drops DATA for streams that it has forgotten before it calls anybody.
struct HTTP2FrameScanner {
    /// What the preface takes. Source: RFC 9113, section 3.4.
    private var left = 24
    private var head: UInt64 = 0
    /// How many bytes of the next frame's head have come; after its length they are type, flags and
    /// stream.
    private var headCount = 0
    private var length = 0

    /// Calls `body` with type and stream of each frame whose head is complete with these bytes.
    mutating func scan(_ bytes: Span<UInt8>, _ body: (UInt8, Int32) -> Void) {
        var index = 0
        while true {
            let skipped = min(left, bytes.count - index)
            left -= skipped
            index += skipped
            guard index < bytes.count else { return }
            if headCount == 0, bytes.count - index >= 9 {
                take(bytes, index)
                index += 9
            } else {
                push(bytes[index])
                index += 1
                if headCount < 9 { continue }
            }
            body(
                UInt8(truncatingIfNeeded: head >> 40), Int32(truncatingIfNeeded: head & 0x7FFF_FFFF)
            )
            (left, headCount, length) = (length, 0, 0)
        }
    }

    private mutating func take(_ bytes: Span<UInt8>, _ index: Int) {
        for offset in 0..<9 { push(bytes[index + offset]) }
    }

    private mutating func push(_ byte: UInt8) {
        if headCount < 3 {
            length = length << 8 | Int(byte)
        } else {
            head = head << 8 | UInt64(byte)
        }
        headCount += 1
    }
}
