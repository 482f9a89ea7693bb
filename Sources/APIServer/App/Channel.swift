import Platform
import Wire

/// One way for bytes that outlives its request: a WebSocket or server-sent events, on a whole
/// connection of HTTP/1.1 or on one stream of HTTP/2. Plain state; the shard does the work.
final class Channel {
    unowned let connection: Connection
    /// 0 in HTTP/1.1.
    let stream: Int32
    let purpose: Opening.Purpose
    /// `nil` for server-sent events.
    var socket: WebSocketLink?
    /// `nil` where anyone may listen.
    var lease: Lease?
    /// Topic by topic the sequence it has got to; `nil` where it is not subscribed.
    var sent: [UInt64?]
    /// When a reader of events is next told that we are still there. Boot clock, as all times here.
    var beatAt: Int64
    /// What a reader of events has asked for, until it is begun.
    var selection: EventSelection?
    /// Its place in the shard's list of channels.
    var place = 0
    /// Nothing more is said or heard; it goes as soon as everything has left.
    var isOver = false

    /// By what right somebody reads.
    struct Lease {
        let token: [UInt8]
        let permission: Permission
        /// When the token expires.
        var expires: Int64
    }

    init(
        _ opening: Opening, on connection: Connection, stream: Int32, topics: Int,
        socket: WebSocketLink?, lease: Lease?, now: Int64
    ) {
        (self.connection, self.stream, self.purpose) = (connection, stream, opening.purpose)
        (self.socket, self.lease) = (socket, lease)
        sent = [UInt64?](repeating: nil, count: topics)
        beatAt = now + Limits.Live.heartbeatMicroseconds
    }

    var subscriptions: Int { sent.count { $0 != nil } }

    /// Whether news may still be sent.
    var isOpen: Bool { !isOver && socket?.closing.isOpen != false }

    /// The sequence that readers are told they have got to: epoch and one number for each topic.
    func eventID(epoch: UInt64) -> String {
        "\(epoch)." + sent.compactMap { $0.map(String.init) }.joined(separator: "-")
    }

    /// - Parameter wrote: When the kernel last took bytes for its connection.
    func deadline(wrote: Int64) -> Int64 {
        let expires = lease?.expires ?? .max
        guard let socket else { return min(beatAt, expires) }
        return socket.closing.isOpen ? min(socket.pingAt, expires) : socket.closingDeadline(wrote)
    }

    /// What to do about a deadline that has passed.
    enum Due: Hashable {
        case nothing
        case ping
        case heartbeat
        /// The token has expired.
        case expired
        /// The peer does not answer our close.
        case unclosed
        /// The peer answers no pings.
        case gone
    }

    func due(now: Int64) -> Due {
        if isOver { return .nothing }
        if socket?.closing.isOpen == false {
            return now >= socket!.closeBy ? .unclosed : .nothing
        }
        if let lease, now >= lease.expires { return .expired }
        if socket != nil { return socket!.pingIsDue(now: now) }
        guard now >= beatAt else { return .nothing }
        beatAt = now + Limits.Live.heartbeatMicroseconds
        return .heartbeat
    }
}
