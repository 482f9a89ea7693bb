import CSSL

/// The server's end of one TLS connection: ciphertext in, plain bytes out, and back. It does no I/O
/// and never waits.
///
///     handshaking ─▶ open ─▶ ended by the peer
///          └──────────┴─▶ failed
///
/// Source: RFC 8446; RFC 5246; SSL_read(3).
@safe public struct TLSSession: ~Copyable {
    private enum Stage: Hashable {
        case handshaking
        case open
        /// The peer has said that it sends no more; we still may.
        case ended
        /// Nothing but an alert can be said any more.
        case failed
    }

    /// Plain bytes of one record at most. Source: RFC 8446, section 5.1.
    public static let recordBytes = 16_384

    let ssl: OpaquePointer
    private let context: TLSContext
    private let pipe: TLSPipe
    private var stage = Stage.handshaking
    private var heardBytes = 0

    public init(_ context: TLSContext) throws(TLSError) {
        let pipe = TLSPipe(controlsMaximum: context.maxima.controls)
        guard let ssl = unsafe SSL_new(context.handle) else { throw Self.outOfMemory }
        guard let bio = unsafe BIO_new(context.transport) else {
            unsafe SSL_free(ssl)
            throw Self.outOfMemory
        }
        let pointer = unsafe Unmanaged.passUnretained(pipe).toOpaque()
        unsafe BIO_set_data(bio, pointer)
        unsafe BIO_set_init(bio, 1)
        unsafe SSL_set_bio(ssl, bio, bio)
        unsafe CSSL_set_msg_callback_arg(ssl, pointer)
        unsafe SSL_set_accept_state(ssl)
        unsafe self.ssl = ssl
        (self.context, self.pipe) = (context, pipe)
    }

    deinit { unsafe SSL_free(ssl) }

    /// Whether the handshake is done, whatever came after it.
    public var isEstablished: Bool { unsafe SSL_is_init_finished(ssl) == 1 }

    /// Whether the peer has said that it sends no more. Source: RFC 8446, section 6.1.
    public var peerEnded: Bool { stage == .ended }

    /// Consumes bytes from the peer and adds the plain ones, at most one record more than came.
    ///
    /// What must be answered to them waits for `seal`. Errors: the connection is over; `seal` still
    /// gives the alert that says so.
    public mutating func receive(
        _ ciphertext: Span<UInt8>, into plain: inout [UInt8]
    ) throws(TLSError) {
        guard stage == .handshaking || stage == .open else { return }
        let (ssl, pipe) = unsafe (ssl, pipe)
        var stage = stage
        do throws(TLSError) {
            try pipe.with(ciphertext) { () throws(TLSError) in
                if stage == .handshaking { stage = unsafe try Self.shake(ssl) }
                if stage == .open { stage = unsafe try Self.read(ssl, into: &plain) }
            }
            if stage == .handshaking { try countHandshake(ciphertext.count) }
        } catch {
            self.stage = .failed
            throw pipe.isFlooded ? Self.flood : error
        }
        self.stage = stage
    }

    /// Adds what is to be sent: what the handshake has to say, then the plain bytes, encrypted.
    ///
    /// Nothing but an alert leaves a connection that has failed.
    public mutating func seal(
        _ plain: borrowing [UInt8], into ciphertext: inout [UInt8]
    ) throws(TLSError) {
        takePending(into: &ciphertext)
        guard !plain.isEmpty, stage != .failed else { return }
        precondition(isEstablished, "Invariant: nothing is said before the handshake is done")
        ERR_clear_error()
        swap(&pipe.output, &ciphertext)
        var written = 0
        let code = unsafe plain.withUnsafeBytes {
            unsafe SSL_write_ex(ssl, $0.baseAddress, $0.count, &written)
        }
        swap(&pipe.output, &ciphertext)
        guard code == 1, written == plain.count else {
            stage = .failed
            throw TLSError(kind: .broken, reason: TLSError.takeReason())
        }
    }

    /// Adds the notice that we send no more. Source: RFC 8446, section 6.1.
    public mutating func shutdown(into ciphertext: inout [UInt8]) {
        if isEstablished, stage != .failed {
            ERR_clear_error()
            _ = unsafe SSL_shutdown(ssl)
            ERR_clear_error()
        }
        takePending(into: &ciphertext)
    }

    private func takePending(into ciphertext: inout [UInt8]) {
        guard !pipe.output.isEmpty else { return }
        ciphertext += pipe.output
        pipe.output = []
    }

    private mutating func countHandshake(_ count: Int) throws(TLSError) {
        heardBytes += count
        if heardBytes > context.maxima.handshakeBytes {
            throw TLSError(kind: .handshake, reason: "the handshake is too long")
        }
    }

    private static func shake(_ ssl: OpaquePointer) throws(TLSError) -> Stage {
        ERR_clear_error()
        let code = unsafe SSL_do_handshake(ssl)
        if code == 1 {
            unsafe try checkResumed(ssl)
            return .open
        }
        guard unsafe SSL_get_error(ssl, code) == SSL_ERROR_WANT_READ else {
            throw TLSError(kind: .handshake, reason: TLSError.takeReason())
        }
        return .handshaking
    }

    /// Reads until OpenSSL wants more of the peer: then it has taken all there was.
    private static func read(
        _ ssl: OpaquePointer, into plain: inout [UInt8]
    ) throws(TLSError) -> Stage {
        while true {
            ERR_clear_error()
            var code: CInt = 0
            plain.append(addingCapacity: recordBytes) { span in
                unsafe span.withUnsafeMutableBufferPointer { buffer, count in
                    code = unsafe SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count)
                }
            }
            if code == 1 { continue }
            switch unsafe SSL_get_error(ssl, code) {
            case SSL_ERROR_WANT_READ: return .open
            case SSL_ERROR_ZERO_RETURN: return .ended
            default: throw TLSError(kind: .broken, reason: TLSError.takeReason())
            }
        }
    }

    private static let outOfMemory = TLSError(kind: .broken, reason: "there is no memory")
    private static let flood = TLSError(kind: .flood, reason: "too many requests for new keys")
}
