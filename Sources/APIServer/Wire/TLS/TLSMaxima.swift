/// What one TLS connection may cost us.
public struct TLSMaxima: Hashable, Sendable {
    /// Bytes that the peer may send until the handshake is done.
    public let handshakeBytes: Int
    /// Bytes of the certificates that a caller shows.
    public let certificateBytes: Int
    /// Requests for new keys or another handshake in one piece of input.
    public let controls: Int
    /// Seconds that a session ticket may be used.
    public let ticketSeconds: Int

    public init(
        handshakeBytes: Int, certificateBytes: Int, controls: Int, ticketSeconds: Int
    ) {
        precondition(
            handshakeBytes > 0 && certificateBytes > 0 && controls > 0 && ticketSeconds > 0,
            "Invariant: a maximum leaves room for something")
        (self.handshakeBytes, self.certificateBytes) = (handshakeBytes, certificateBytes)
        (self.controls, self.ticketSeconds) = (controls, ticketSeconds)
    }
}
