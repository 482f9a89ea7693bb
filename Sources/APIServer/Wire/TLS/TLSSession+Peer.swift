import CSSL

extension TLSSession {
    /// What the peer has asked to speak; `nil` when it did not say. Source: RFC 7301.
    public var chosenProtocol: TLSProtocol? {
        var (start, count): (UnsafePointer<UInt8>?, CUnsignedInt) = (nil, 0)
        unsafe SSL_get0_alpn_selected(ssl, &start, &count)
        let name = unsafe UnsafeBufferPointer(start: start, count: Int(count))
        return TLSProtocol.allCases.first { unsafe name.elementsEqual($0.name) }
    }

    /// Whether a ticket has spared us the signature.
    public var isResumed: Bool { unsafe SSL_session_reused(ssl) == 1 }

    /// Whether it is TLS 1.3, and not 1.2.
    public var isTLS13: Bool { unsafe SSL_version(ssl) == TLS1_3_VERSION }

    /// The name in the certificate that the peer has shown and one of our authorities has signed:
    /// its common name. `nil` when it has shown none, or one without a printable name.
    public var peerName: String? {
        guard let certificate = unsafe SSL_get0_peer_certificate(ssl),
            unsafe SSL_get_verify_result(ssl) == X509_V_OK,
            let subject = unsafe X509_get_subject_name(certificate)
        else { return nil }
        let place = unsafe X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
        guard place >= 0,
            let data = unsafe X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place))
        else { return nil }
        var text: UnsafeMutablePointer<UInt8>?
        let count = unsafe ASN1_STRING_to_UTF8(&text, data)
        guard count > 0 else { return nil }
        defer { unsafe CSSL_free(text) }
        let bytes = unsafe UnsafeBufferPointer(start: text, count: Int(count))
        guard unsafe bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return unsafe String(validating: bytes, as: UTF8.self)
    }

    /// A ticket remembers whose certificate was checked, not that it has expired since.
    static func checkResumed(_ ssl: OpaquePointer) throws(TLSError) {
        guard unsafe SSL_session_reused(ssl) == 1,
            let certificate = unsafe SSL_get0_peer_certificate(ssl)
        else { return }
        guard unsafe X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0 else {
            throw TLSError(kind: .handshake, reason: "the caller's certificate has expired")
        }
    }
}
