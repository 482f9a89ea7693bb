import Loop
import Platform
import Wire

/// One client's connection, on its loop for life.
///
///     undecided ─▶ http1 ─▶ live
///         │          └────────┴──▶ lingering ─▶ gone
///         └──────▶ http2 ──────────────┘
///
/// It holds state and no policy: the shard reads, serves, writes and closes.
final class Connection {
    enum Speech: Hashable {
        /// Not enough bytes yet to tell the version of HTTP.
        case undecided
        case http1
        case http2
        /// One WebSocket, and nothing else.
        case live
        /// All is sent; what the peer still sends is thrown away until it closes too, so that our
        /// last bytes are not lost to a reset.
        case lingering
    }

    /// An answer that a handler has given, and the stream that waits for it.
    struct Answer {
        let stream: Int32
        let response: Response
    }

    /// A token that was verified on this connection.
    struct Verified {
        let token: [UInt8]
        let credential: Credential
        let revocation: UInt64
    }

    /// Its place in the shard's table, given when it is put there.
    var token = Token.bell
    let socket: Socket
    var origin: Origin
    /// TLS between the socket and what is spoken; `nil` when it is plain.
    var tls: TLSChannel?
    var speech = Speech.undecided
    var sniffer = ProtocolSniffer()
    var http1: HTTP1Connection?
    var http2: HTTP2Session?
    /// What outlives its request on this connection.
    var channels: [Channel] = []
    /// Accepted by the answer that is about to be written.
    var opening: Channel?
    var verified: Verified?

    /// Handlers whose answer is outstanding.
    var waiting = 0
    /// Answers of handlers that had to wait, not yet written.
    var answers: [Answer] = []
    /// Whether it stands on the shard's list of those to be written to in this turn.
    var isDirty = false
    /// Whether the kernel may hold bytes that no event will tell of again.
    var hasUnread = false
    /// Whether it stands on the shard's list for the next turn.
    var isAgain = false
    /// The poller has seen the peer's end: reading goes on until it is reached.
    var peerEnds = false
    var peerEnded = false
    /// The socket has failed; nothing can be said any more.
    var isBroken = false
    /// The connection is over as soon as what was written has left.
    var endsWhenSent = false

    /// What the kernel did not take, from `leftoverStart` on.
    var leftover: [UInt8] = []
    var leftoverStart = 0
    var leftoverCount: Int { leftover.count - leftoverStart }
    /// Since when the peer has not taken everything, and how much was kept for it since then.
    private var keptSince: Int64 = 0
    private var keptCount = 0

    /// When the latest read returned.
    var received: Int64 = 0
    /// When something last came of what the peer sent: a request, or part of one after silence.
    var active: Int64
    /// When the kernel last took bytes.
    var wrote: Int64 = 0
    /// When the wheel will look at this connection next; `.max` when it will not.
    var look = Int64.max
    var lingersUntil = Int64.max
    /// Whether answers that are ready wait for the peer to take earlier ones.
    var isHeldBack = false
    /// Whether the peer was told to go and has one more deadline to do so.
    var wasToldToGo = false

    init(_ socket: consuming Socket, origin: Origin = Origin("", proxies: []), now: Int64) {
        self.socket = socket
        self.origin = origin
        active = now
    }

    /// When its peer has waited, or kept us waiting, too long. Boot clock, microseconds.
    var deadline: Int64 {
        if speech == .lingering { return lingersUntil }
        if leftoverCount > 0 { return writeDeadline }
        let channel = channels.reduce(.max) { min($0, $1.deadline(wrote: wrote)) }
        let stream = min(http2?.deadline ?? .max, channel)
        return waiting > 0 || !channels.isEmpty ? stream : min(stream, active + patience)
    }

    /// The channel on a stream of HTTP/2.
    subscript(stream: Int32) -> Channel? { channels.first { $0.stream == stream } }

    /// Keeps what the kernel does not take now.
    func keep(_ bytes: some Collection<UInt8>, now: Int64) {
        if leftoverCount == 0 { (keptSince, keptCount) = (now, 0) }
        keptCount += bytes.count
        leftover.append(contentsOf: bytes)
    }

    /// A peer must take something now and then, and everything at a fair rate: one that takes a byte
    /// in every while would hold our memory for days.
    private var writeDeadline: Int64 {
        let seconds = Int64(keptCount / Limits.Server.writeBytesPerSecond)
        return min(wrote, keptSince + seconds * 1_000_000) + Limits.Server.writeMicroseconds
    }

    /// Microseconds from `active` on.
    private var patience: Int64 {
        if let http1 {
            if http1.isIdle { return Limits.Server.idleMicroseconds }
            return http1.isReadingBody
                ? Limits.Server.headMicroseconds + Limits.Server.bodyMicroseconds
                : Limits.Server.headMicroseconds
        }
        if speech == .undecided { return Limits.Server.headMicroseconds }
        return http2?.isIdle == true
            ? Limits.Server.idleMicroseconds
            : Limits.Server.headMicroseconds + Limits.Server.bodyMicroseconds
    }
}
