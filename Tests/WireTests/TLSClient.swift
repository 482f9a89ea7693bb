import CSSL

@testable import Wire

/// A TLS client over memory, made of OpenSSL as its manual says: nothing of the server is used.
@safe final class TLSClient {
    struct Failure: Error, Hashable { let reason: String }

    struct Wishes {
        var least = TLS1_2_VERSION
        var most = TLS1_3_VERSION
        var protocols: [String] = ["h2", "http/1.1"]
        var ciphers = "ALL:@SECLEVEL=0"
        /// Certificate and key, as PEM.
        var pair: (certificate: String, key: String)?
        var session: TLSTicket?
    }

    private let context: OpaquePointer
    private let ssl: OpaquePointer
    private(set) var plain = ""
    private(set) var isEnded = false
    private(set) var failure: Failure?

    init(_ wishes: Wishes = Wishes()) {
        let context = unsafe SSL_CTX_new(TLS_client_method())!
        unsafe CSSL_CTX_bound_versions(context, wishes.least, wishes.most)
        unsafe SSL_CTX_set_cipher_list(context, wishes.ciphers)
        if let pair = wishes.pair { unsafe Self.show(pair, on: context) }
        let ssl = unsafe SSL_new(context)!
        unsafe SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()))
        let names = wishes.protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        unsafe SSL_set_alpn_protos(ssl, names, CUnsignedInt(names.count))
        if let session = wishes.session { unsafe SSL_set_session(ssl, session.handle) }
        unsafe SSL_set_connect_state(ssl)
        unsafe self.context = context
        unsafe self.ssl = ssl
    }

    deinit {
        unsafe SSL_free(ssl)
        unsafe SSL_CTX_free(context)
    }

    var isResumed: Bool { unsafe SSL_session_reused(ssl) == 1 }
    var isEstablished: Bool { unsafe SSL_is_init_finished(ssl) == 1 }
    var cipher: String { unsafe String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))) }
    /// What resumes this session.
    var ticket: TLSTicket { unsafe TLSTicket(SSL_get1_session(ssl)!) }

    /// Takes what the server wrote and goes on. Returns what is to be sent.
    @discardableResult
    func hear(_ bytes: [UInt8] = []) -> [UInt8] {
        if !bytes.isEmpty { unsafe BIO_write(SSL_get_rbio(ssl), bytes, CInt(bytes.count)) }
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            ERR_clear_error()
            let count = unsafe SSL_read(ssl, &buffer, CInt(buffer.count))
            if count > 0 {
                plain += String(decoding: buffer[..<Int(count)], as: UTF8.self)
                continue
            }
            switch unsafe SSL_get_error(ssl, count) {
            case SSL_ERROR_WANT_READ: break
            case SSL_ERROR_ZERO_RETURN: isEnded = true
            default: failure = failure ?? Failure(reason: TLSError.takeReason())
            }
            return takeOutput()
        }
    }

    func write(_ text: String) -> [UInt8] {
        ERR_clear_error()
        let bytes = Array(text.utf8)
        unsafe SSL_write(ssl, bytes, CInt(bytes.count))
        return takeOutput()
    }

    func end() -> [UInt8] {
        unsafe SSL_shutdown(ssl)
        return takeOutput()
    }

    /// Asks for new keys of both sides. Source: RFC 8446, section 4.6.3.
    func renewKeys() -> [UInt8] {
        unsafe SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED)
        unsafe SSL_do_handshake(ssl)
        return takeOutput()
    }

    /// Begins another handshake on TLS 1.2.
    func renegotiate() -> [UInt8] {
        unsafe SSL_renegotiate(ssl)
        unsafe SSL_do_handshake(ssl)
        return takeOutput()
    }

    private func takeOutput() -> [UInt8] {
        var (all, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 16_384))
        while true {
            let count = unsafe BIO_read(SSL_get_wbio(ssl), &buffer, CInt(buffer.count))
            if count <= 0 { return all }
            all += buffer[..<Int(count)]
        }
    }

    private static func show(
        _ pair: (certificate: String, key: String), on context: OpaquePointer
    ) {
        let bio = unsafe BIO_new(BIO_s_mem())
        defer { unsafe BIO_free(bio) }
        let text = Array((pair.certificate + pair.key).utf8)
        unsafe BIO_write(bio, text, CInt(text.count))
        let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil)
        let key = unsafe PEM_read_bio_PrivateKey(bio, nil, nil, nil)
        unsafe SSL_CTX_use_certificate(context, certificate)
        unsafe SSL_CTX_use_PrivateKey(context, key)
        unsafe X509_free(certificate)
        unsafe EVP_PKEY_free(key)
    }
}

/// What a client keeps of a session, to resume it.
@safe final class TLSTicket {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { unsafe SSL_SESSION_free(handle) }
}
