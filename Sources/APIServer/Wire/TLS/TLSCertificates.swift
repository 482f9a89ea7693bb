import CSSL

/// Certificates read from a PEM text, the first of them somebody's own.
///
/// Source: RFC 7468; PEM_read_bio_X509(3).
@safe struct TLSCertificates: ~Copyable {
    private let handles: [OpaquePointer]
    private let part: TLSSetupError.Part

    init(_ pem: [UInt8], _ part: TLSSetupError.Part) throws(TLSSetupError) {
        let text = try PEMText(pem, part)
        var handles = unsafe [OpaquePointer]()
        ERR_clear_error()
        while let handle = unsafe PEM_read_bio_X509(text.bio, nil, TLSCallbacks.noPassword, nil) {
            unsafe handles.append(handle)
        }
        // At the end of the text nothing begins any more; anything else is damage.
        let isEnd = CSSL_is_end_of_pem() == 1
        ERR_clear_error()
        guard isEnd, unsafe !handles.isEmpty else {
            for place in unsafe handles.indices { unsafe X509_free(handles[place]) }
            throw TLSSetupError(
                part, isEnd ? "holds no PEM certificate" : "holds a damaged certificate")
        }
        unsafe self.handles = handles
        self.part = part
    }

    deinit { for place in unsafe handles.indices { unsafe X509_free(handles[place]) } }

    /// The last second in which the first certificate is valid, since 1970.
    var expires: Int64 { unsafe CSSL_seconds(X509_get0_notAfter(handles[0])) }

    /// Refuses a first certificate that is not valid at `now`, in seconds since 1970.
    func check(at now: Int64) throws(TLSSetupError) {
        let begins = unsafe CSSL_seconds(X509_get0_notBefore(handles[0]))
        guard begins >= 0, expires >= 0 else {
            throw TLSSetupError(part, "has a date that cannot be read")
        }
        if now > expires { throw TLSSetupError(part, "expired \(HTTPDate(seconds: expires).text)") }
        if now < begins {
            throw TLSSetupError(part, "is not valid before \(HTTPDate(seconds: begins).text)")
        }
    }

    /// Has a context show the first, and the others as its chain.
    func present(on setup: borrowing TLSSetup) throws(TLSSetupError) {
        ERR_clear_error()
        guard unsafe SSL_CTX_use_certificate(setup.context, handles[0]) == 1 else {
            throw TLSSetupError(part, "cannot be used: \(TLSError.takeReason())")
        }
        for place in unsafe handles.indices.dropFirst() {
            let handle = unsafe handles[place]
            unsafe X509_up_ref(handle)
            guard unsafe CSSL_CTX_add0_chain_cert(setup.context, handle) == 1 else {
                unsafe X509_free(handle)
                throw TLSSetupError(part, "has an unusable chain: \(TLSError.takeReason())")
            }
        }
    }

    /// Has a context ask callers for certificates that these have signed.
    func judge(callersOf setup: borrowing TLSSetup) throws(TLSSetupError) {
        let store = unsafe SSL_CTX_get_cert_store(setup.context)
        for place in unsafe handles.indices {
            let handle = unsafe handles[place]
            let done =
                unsafe X509_STORE_add_cert(store, handle) == 1
                && SSL_CTX_add_client_CA(setup.context, handle) == 1
            guard done else {
                throw TLSSetupError(part, "cannot be used: \(TLSError.takeReason())")
            }
        }
        unsafe SSL_CTX_set_verify(setup.context, SSL_VERIFY_PEER, nil)
    }
}

/// A PEM text as OpenSSL reads it.
@safe struct PEMText: ~Copyable {
    let bio: OpaquePointer

    init(_ bytes: [UInt8], _ part: TLSSetupError.Part) throws(TLSSetupError) {
        guard !bytes.isEmpty else { throw TLSSetupError(part, "is empty") }
        guard let bio = unsafe BIO_new(BIO_s_mem()),
            unsafe BIO_write(bio, bytes, CInt(bytes.count)) == CInt(bytes.count)
        else { preconditionFailure("Invariant: there is memory for a file") }
        unsafe self.bio = bio
    }

    deinit { unsafe BIO_free(bio) }
}
