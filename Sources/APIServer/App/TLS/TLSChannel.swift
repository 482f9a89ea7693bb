import Platform
import Wire

/// TLS on one connection: its session, and what the shard notes about it.
final class TLSChannel {
    var session: TLSSession
    /// Whether anything has come.
    var hasHeard = false
    /// The client spoke plain HTTP: it is told so in kind, and not listened to any more.
    var isPlain = false
    /// Whether its handshake counts among those that were done, or that failed.
    var isCounted = false
    /// The name in the caller's certificate, once the handshake is done.
    var service: String?

    init(_ context: TLSContext) throws(TLSError) { session = try TLSSession(context) }
}

extension TLSMaxima {
    static let server = TLSMaxima(
        handshakeBytes: Limits.TLS.handshakeBytesMaximum,
        certificateBytes: Limits.TLS.certificateBytesMaximum,
        controls: Limits.TLS.controlsMaximum, ticketSeconds: Limits.TLS.ticketSeconds)
}
