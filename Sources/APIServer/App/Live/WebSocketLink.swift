import Platform
import Wire

/// The WebSocket of one channel: what it reads with, how it closes, when it is pinged.
struct WebSocketLink {
    var frames: WebSocketReader
    var closing = WebSocketClosing()
    /// What was agreed on about compression.
    let deflate: WebSocketDeflate?
    private(set) var pingAt: Int64
    private(set) var closeBy = Int64.max
    private var unanswered = 0

    init(messageBytesMaximum: Int, deflate: WebSocketDeflate?, now: Int64) {
        frames = WebSocketReader(messageBytesMaximum: messageBytesMaximum, deflate: deflate)
        self.deflate = deflate
        pingAt = now + Limits.Live.pingMicroseconds
    }

    /// Anything that came from the peer proves that it is there.
    mutating func heard() { unanswered = 0 }

    mutating func pingIsDue(now: Int64) -> Channel.Due {
        guard now >= pingAt else { return .nothing }
        if unanswered >= 2 { return .gone }
        unanswered += 1
        pingAt = now + Limits.Live.pingMicroseconds
        return .ping
    }

    func closingDeadline(_ wrote: Int64) -> Int64 {
        max(closeBy, wrote + Limits.Live.closeMicroseconds)
    }

    /// Begins to close; `nil` when that has begun already.
    mutating func close(code: UInt16, reason: String, now: Int64) -> [UInt8]? {
        guard case .sendClose(let code) = closing.close(code: code) else { return nil }
        closeBy = now + Limits.Live.closeMicroseconds
        return WebSocketFrame.close(code: code, reason: reason)
    }
}
