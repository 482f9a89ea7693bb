import CSSL

/// A context in the making; freed unless it is taken.
@safe struct TLSSetup: ~Copyable {
    let context: OpaquePointer
    private let transport: OpaquePointer

    /// A context with our rules and nothing to show yet.
    init(_ maxima: TLSMaxima) {
        guard let context = unsafe SSL_CTX_new(TLS_server_method()),
            let transport = unsafe TLSCallbacks.transport()
        else { preconditionFailure("Invariant: there is memory for a context") }
        unsafe self.context = context
        unsafe self.transport = transport
        limit(maxima)
        let done =
            unsafe CSSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1
            && SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1
            && SSL_CTX_set_ciphersuites(context, Self.suites) == 1
            && CSSL_CTX_set1_groups_list(context, "X25519:P-256") == 1
        precondition(done, "Invariant: OpenSSL knows what we allow")
    }

    deinit {
        unsafe SSL_CTX_free(context)
        unsafe BIO_meth_free(transport)
    }

    /// Uses the private key of the certificate that was given before.
    func use(key pem: [UInt8]) throws(TLSSetupError) {
        let text = try PEMText(pem, .key)
        ERR_clear_error()
        guard
            let key = unsafe PEM_read_bio_PrivateKey(text.bio, nil, TLSCallbacks.noPassword, nil)
        else {
            ERR_clear_error()
            throw TLSSetupError(.key, "holds no private key in PEM without a password")
        }
        defer { unsafe EVP_PKEY_free(key) }
        let certificate = unsafe SSL_CTX_get0_certificate(context)
        guard unsafe X509_check_private_key(certificate, key) == 1 else {
            ERR_clear_error()
            throw TLSSetupError(.key, "does not belong to the certificate")
        }
        guard unsafe SSL_CTX_use_PrivateKey(context, key) == 1 else {
            throw TLSSetupError(.key, "cannot be used: \(TLSError.takeReason())")
        }
    }

    /// Asks callers for certificates. A ticket of who was judged otherwise does not count.
    func ask(for authority: [UInt8]?) throws(TLSSetupError) {
        var digest = [UInt8](repeating: 0, count: 32)
        let judged = authority ?? []
        let done =
            unsafe EVP_Digest(judged, judged.count, &digest, nil, EVP_sha256(), nil) == 1
            && SSL_CTX_set_session_id_context(context, digest, CUnsignedInt(digest.count)) == 1
        precondition(done, "Invariant: libcrypto digests any bytes")
        guard let authority else { return }
        try TLSCertificates(authority, .clientAuthority).judge(callersOf: self)
    }

    /// The keys must outlive the context.
    func seal(with keys: TLSTicketKeys) {
        let pointer = unsafe Unmanaged.passUnretained(keys).toOpaque()
        let done =
            unsafe CSSL_CTX_set_app_data(context, pointer) == 1
            && CSSL_CTX_set_tlsext_ticket_key_evp_cb(context, TLSCallbacks.ticket) == 1
        precondition(done, "Invariant: a context takes its ticket keys")
    }

    /// Hands the handles over to who frees them.
    consuming func take() -> (context: UInt, transport: UInt) {
        let addresses = unsafe (UInt(bitPattern: context), UInt(bitPattern: transport))
        discard self
        return addresses
    }

    private func limit(_ maxima: TLSMaxima) {
        unsafe SSL_CTX_set_options(context, CSSL_options())
        unsafe SSL_CTX_set_security_level(context, 2)
        unsafe CSSL_CTX_set_session_cache_mode(context, CLong(SSL_SESS_CACHE_OFF))
        _ = unsafe SSL_CTX_set_timeout(context, maxima.ticketSeconds)
        unsafe SSL_CTX_set_max_early_data(context, 0)
        unsafe CSSL_CTX_set_max_cert_list(context, maxima.certificateBytes)
        // Idle connections keep no buffers of OpenSSL's.
        unsafe CSSL_CTX_set_mode(context, CLong(SSL_MODE_RELEASE_BUFFERS))
        unsafe SSL_CTX_set_alpn_select_cb(context, TLSCallbacks.chooseProtocol, nil)
        unsafe SSL_CTX_set_msg_callback(context, TLSCallbacks.message)
        unsafe SSL_CTX_set_default_passwd_cb(context, TLSCallbacks.noPassword)
    }

    private static let suites =
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
}
