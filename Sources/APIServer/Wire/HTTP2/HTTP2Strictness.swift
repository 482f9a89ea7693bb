import CNGHTTP2

/// Rules that nghttp2 passes over, judged by the head of a frame before nghttp2 judges it.
///
/// nghttp2 forgets streams that have ended, so it ignores what comes for them: it cannot tell a
/// stream that has ended from one that never was, nor who ended it. Here that is remembered as far
/// as it is needed. Source: RFC 9113, sections 5.1, 5.1.1 and 6.3.
struct HTTP2Strictness {
    enum Verdict: Hashable {
        case fine
        case connectionError(UInt32)
        case streamError(UInt32)
    }

    /// What the client has skipped, as odd identifiers; ordinary clients skip none.
    private var gaps: [ClosedRange<Int32>] = []
    private var latest: Int32 = -1
    private var batchBegan: Int32 = -1
    private var resetInBatch: [Int32] = []
    /// Streams that we have reset, for which frames may still be under way, and streams that the
    /// client has reset; the latest of each.
    private var resetByUs = RecentStreams()
    private var resetByPeer = RecentStreams()
    /// How many gaps are remembered: a client with more is no longer judged exactly.
    private static let gapsMaximum = 64

    /// - Parameter isKnown: Whether nghttp2 knows the stream, and so judges by itself.
    mutating func judge(type: UInt8, stream id: Int32, isKnown: Bool) -> Verdict {
        switch UInt32(type) {
        case NGHTTP2_PRIORITY.rawValue:
            return id == 0 ? .connectionError(NGHTTP2_PROTOCOL_ERROR.rawValue) : .fine
        case NGHTTP2_HEADERS.rawValue:
            guard id > 0, id & 1 == 1, !isKnown else { return .fine }
            if id > latest {
                if id > latest + 2 { skip(latest + 2...id - 2) }
                latest = id
                return .fine
            }
            return ended(id)
        default: return .fine
        }
    }

    /// A batch of bytes begins; streams that are opened and reset in it are known only here.
    mutating func beginBatch() { (batchBegan, resetInBatch) = (latest, []) }

    /// Judges frames that nghttp2 will drop without a call, as they stand in the batch.
    mutating func scan(_ head: HTTP2FrameHead, isKnown: Bool) -> Verdict {
        let id = head.stream
        switch UInt32(head.type) {
        case NGHTTP2_PRIORITY.rawValue:
            // What it says is ignored, but not when it is nonsense. Source: RFC 7540, 5.3.1.
            return head.dependency == id && id > 0
                ? .connectionError(NGHTTP2_PROTOCOL_ERROR.rawValue) : .fine
        case NGHTTP2_RST_STREAM.rawValue:
            resetInBatch.append(id)
            return .fine
        case NGHTTP2_DATA.rawValue:
            guard id > 0, id & 1 == 1 else { return .fine }
            if resetInBatch.contains(id) { return .streamError(NGHTTP2_STREAM_CLOSED.rawValue) }
            return id > batchBegan || isKnown ? .fine : ended(id)
        default: return .fine
        }
    }

    mutating func wasResetByUs(_ id: Int32) { resetByUs.insert(id) }
    mutating func wasResetByPeer(_ id: Int32) { resetByPeer.insert(id) }

    /// A frame for a stream that is over, or was never opened.
    private func ended(_ id: Int32) -> Verdict {
        if gaps.contains(where: { $0.contains(id) }) {
            return .connectionError(NGHTTP2_PROTOCOL_ERROR.rawValue)
        }
        if resetByPeer.contains(id) { return .streamError(NGHTTP2_STREAM_CLOSED.rawValue) }
        if resetByUs.contains(id) { return .fine }
        return .connectionError(NGHTTP2_STREAM_CLOSED.rawValue)
    }

    private mutating func skip(_ gap: ClosedRange<Int32>) {
        if gaps.count == Self.gapsMaximum { gaps.removeFirst() }
        gaps.append(gap)
    }
}

/// The latest of some streams.
private struct RecentStreams {
    private var ids: [Int32] = []
    private var next = 0
    private static let maximum = 128

    func contains(_ id: Int32) -> Bool { ids.contains(id) }

    mutating func insert(_ id: Int32) {
        if ids.count < Self.maximum {
            ids.append(id)
        } else {
            ids[next] = id
            next = (next + 1) % Self.maximum
        }
    }
}
