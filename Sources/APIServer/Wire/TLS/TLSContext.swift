import CSSL

/// What all TLS connections of a server have in common: certificate, key, ticket keys, rules.
///
/// Immutable once made. Another certificate or another ticket key makes another context; sessions
/// go on with the one that they began with.
///
/// Only TLS 1.2 with ECDHE and an AEAD, and TLS 1.3. No compression, no renegotiation, no data
/// before the handshake is done. Thread: any; OpenSSL counts and locks what it shares.
/// Source: RFC 9325; SSL_CTX_new(3).
@safe public final class TLSContext: Sendable {
    /// What a context is made of, each as the text of a PEM file.
    public struct Material: Sendable {
        public var certificate: [UInt8]
        public var key: [UInt8]
        /// When given, callers may show a certificate of one of these.
        public var clientAuthority: [UInt8]?

        public init(certificate: [UInt8], key: [UInt8], clientAuthority: [UInt8]? = nil) {
            (self.certificate, self.key) = (certificate, key)
            self.clientAuthority = clientAuthority
        }
    }

    /// Of the `SSL_CTX` and of the `BIO_METHOD`, which we own.
    private let addresses: (context: UInt, transport: UInt)
    private let ticketKeys: TLSTicketKeys
    let maxima: TLSMaxima
    /// The last second in which the certificate is valid, since 1970.
    public let expires: Int64

    /// - Parameter now: Seconds since 1970.
    public init(
        _ material: Material, ticketKeys: TLSTicketKeys, maxima: TLSMaxima, at now: Int64
    ) throws(TLSSetupError) {
        let certificates = try TLSCertificates(material.certificate, .certificate)
        try certificates.check(at: now)
        let setup = TLSSetup(maxima)
        try certificates.present(on: setup)
        try setup.use(key: material.key)
        try setup.ask(for: material.clientAuthority)
        setup.seal(with: ticketKeys)
        expires = certificates.expires
        (self.maxima, self.ticketKeys) = (maxima, ticketKeys)
        addresses = setup.take()
    }

    deinit {
        unsafe SSL_CTX_free(handle)
        unsafe BIO_meth_free(transport)
    }

    var handle: OpaquePointer { unsafe OpaquePointer(bitPattern: addresses.context)! }

    var transport: OpaquePointer { unsafe OpaquePointer(bitPattern: addresses.transport)! }
}
