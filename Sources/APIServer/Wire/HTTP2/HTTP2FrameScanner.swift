import CNGHTTP2

/// What the head of a frame says. Source: RFC 9113, section 4.1.
struct HTTP2FrameHead {
    var type: UInt8
    var flags: UInt8
    var stream: Int32
    /// Bytes of its payload.
    var count: Int
    /// The stream that a frame of PRIORITY names. Source: RFC 9113, section 6.3.
    var dependency: Int32?
}

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
    /// The first four bytes of PRIORITY's payload, which are read as a part of its head.
    private var dependency: UInt32 = 0
    private static let headBytes = 9

    /// Calls `body` with each frame whose head is complete with these bytes.
    mutating func scan(_ bytes: Span<UInt8>, _ body: (HTTP2FrameHead) -> Void) {
        var index = 0
        while true {
            let skipped = min(left, bytes.count - index)
            left -= skipped
            index += skipped
            guard index < bytes.count else { return }
            if headCount == 0, bytes.count - index >= Self.headBytes {
                take(bytes, index)
                index += Self.headBytes
            } else {
                push(bytes[index])
                index += 1
            }
            guard isComplete else { continue }
            body(frame)
            (left, headCount, length) = (length - (headCount - Self.headBytes), 0, 0)
        }
    }

    private var type: UInt8 { UInt8(truncatingIfNeeded: head >> 40) }

    private var isPriority: Bool { type == UInt8(NGHTTP2_PRIORITY.rawValue) && length == 5 }

    private var isComplete: Bool {
        headCount >= Self.headBytes && (!isPriority || headCount == Self.headBytes + 4)
    }

    private var frame: HTTP2FrameHead {
        HTTP2FrameHead(
            type: type, flags: UInt8(truncatingIfNeeded: head >> 32),
            stream: Int32(truncatingIfNeeded: head & 0x7FFF_FFFF), count: length,
            dependency: isPriority ? Int32(truncatingIfNeeded: dependency & 0x7FFF_FFFF) : nil)
    }

    private mutating func take(_ bytes: Span<UInt8>, _ index: Int) {
        for offset in 0..<Self.headBytes { push(bytes[index + offset]) }
    }

    private mutating func push(_ byte: UInt8) {
        if headCount < 3 {
            length = length << 8 | Int(byte)
        } else if headCount < Self.headBytes {
            head = head << 8 | UInt64(byte)
        } else {
            dependency = dependency << 8 | UInt32(byte)
        }
        headCount += 1
    }
}
