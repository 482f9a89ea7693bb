import Domain
import Platform
import Wire

/// One reader of the live stream: what it has, and when to look after it. Plain state of its
/// connection.
struct LiveReader {
    var frames = WebSocketReader(messageBytesMaximum: Limits.Live.commandBytesMaximum)
    var closing = WebSocketClosing()
    let token: [UInt8]
    let permission: Permission
    /// When its token expires. Boot clock, as all times here.
    var expires: Int64
    /// Topic by topic the sequence it has got to; `nil` where it is not subscribed.
    var sent = [UInt64?](repeating: nil, count: Topic.allCases.count)
    /// Its place in the shard's list of readers.
    var place = 0
    /// Whether the connection ends as soon as everything has left.
    var disconnects = false
    private var pingAt: Int64
    private var unanswered = 0
    private var closeBy = Int64.max

    init(token: [UInt8], permission: Permission, expires: Int64, now: Int64) {
        (self.token, self.permission, self.expires) = (token, permission, expires)
        pingAt = now + Limits.Live.pingMicroseconds
    }

    var subscriptions: Int { sent.count { $0 != nil } }

    /// - Parameter wrote: When the kernel last took bytes for it.
    func deadline(wrote: Int64) -> Int64 {
        closing.isOpen ? min(pingAt, expires) : max(closeBy, wrote + Limits.Live.closeMicroseconds)
    }

    /// Anything that came from the peer proves that it is there.
    mutating func heard() { unanswered = 0 }

    /// What to do about a deadline that has passed.
    enum Due: Hashable {
        case nothing
        case ping
        /// The token has expired.
        case expired
        /// The peer does not answer our close.
        case unclosed
        /// The peer answers no pings.
        case gone
    }

    mutating func due(now: Int64) -> Due {
        guard closing.isOpen else { return now >= closeBy ? .unclosed : .nothing }
        if now >= expires { return .expired }
        guard now >= pingAt else { return .nothing }
        if unanswered >= 2 { return .gone }
        unanswered += 1
        pingAt = now + Limits.Live.pingMicroseconds
        return .ping
    }

    /// Begins to close; `nil` when that has begun already.
    mutating func close(code: UInt16, reason: String, now: Int64) -> [UInt8]? {
        guard case .sendClose(let code) = closing.close(code: code) else { return nil }
        closeBy = now + Limits.Live.closeMicroseconds
        return WebSocketFrame.close(code: code, reason: reason)
    }

    /// What the peer's Close frame, or its broken rule, is answered with.
    mutating func take(_ action: WebSocketClosing.Action, reason: String = "") -> [UInt8]? {
        switch action {
        case .nothing: return nil
        case .sendClose(let code): return WebSocketFrame.close(code: code, reason: reason)
        case .sendCloseAndDisconnect(let code):
            disconnects = true
            return WebSocketFrame.close(code: code, reason: reason)
        case .disconnect:
            disconnects = true
            return nil
        }
    }
}
