import CCrypto

/// A key and a certificate that it has signed itself, for a server on one's own machine.
///
/// ECDSA on P-256, signed with SHA-256. Not an authority: who trusts it trusts this server only.
/// Source: RFC 5280, section 4.2; x509v3_config(5).
public struct DevelopmentPair: Sendable {
    /// PEM texts.
    public let certificate: [UInt8]
    public let key: [UInt8]

    /// - Parameters:
    ///   - names: What it may be called; the first is the subject, those of digits or with a colon
    ///     are addresses. At least one; letters, digits, dots, dashes and colons only.
    ///   - serial: 16 random bytes.
    ///   - from: First second in which it holds, since 1970.
    ///   - to: The last.
    public init(names: [String], serial: [UInt8], from: Int64, to: Int64) {
        precondition(
            !names.isEmpty && names.allSatisfy(Self.isName) && serial.count == 16 && from < to,
            "Invariant: a certificate has a name, a serial number and a lifetime")
        let key = SigningPair()
        let certificate = SelfSigned(names: names, serial: serial, from: from, to: to, by: key)
        (self.certificate, self.key) = (certificate.pem, key.pem)
    }

    /// Whether a text may be a name of a certificate: nothing that the syntax of extensions knows.
    public static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x3A).contains(byte) || (0x41...0x5A).contains(byte)
                    || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x2E
            }
    }
}

/// Owns one EVP_PKEY on P-256.
@safe private struct SigningPair: ~Copyable {
    let handle: OpaquePointer

    init() {
        guard let handle = unsafe CCrypto_EVP_EC_gen("P-256") else {
            preconditionFailure("Invariant: libcrypto makes keys on P-256")
        }
        unsafe self.handle = handle
    }

    deinit { unsafe EVP_PKEY_free(handle) }

    var pem: [UInt8] {
        unsafe PEMOutput.of { unsafe PEM_write_bio_PrivateKey($0, handle, nil, nil, 0, nil, nil) }
    }
}

/// Owns one X509, signed by its own key.
@safe private struct SelfSigned: ~Copyable {
    private let handle: OpaquePointer

    init(
        names: [String], serial: [UInt8], from: Int64, to: Int64, by key: borrowing SigningPair
    ) {
        guard let handle = unsafe X509_new() else {
            preconditionFailure("Invariant: there is memory for a certificate")
        }
        // A positive number of 127 bits. Source: RFC 5280, section 4.1.2.2.
        let positive = [serial[0] & 0x7F | 1] + serial[1...]
        let number = unsafe BN_bin2bn(positive, CInt(positive.count), nil)
        defer { unsafe BN_free(number) }
        let subject = unsafe X509_get_subject_name(handle)
        let done =
            unsafe X509_set_version(handle, 2) == 1
            && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(handle)) != nil
            && CCrypto_X509_set_lifetime(handle, from, to) == 1
            && X509_NAME_add_entry_by_NID(
                subject, NID_commonName, MBSTRING_UTF8, names[0], -1, -1, 0) == 1
            && X509_set_issuer_name(handle, subject) == 1
            && X509_set_pubkey(handle, key.handle) == 1
            && Self.extensions(names).allSatisfy {
                unsafe CCrypto_X509_add_ext(handle, $0.kind, $0.value) == 1
            }
            && X509_sign(handle, key.handle, EVP_sha256()) > 0
        precondition(done, "Invariant: libcrypto signs a well-formed certificate")
        unsafe self.handle = handle
    }

    deinit { unsafe X509_free(handle) }

    var pem: [UInt8] { unsafe PEMOutput.of { unsafe PEM_write_bio_X509($0, handle) } }

    private static func extensions(_ names: [String]) -> [(kind: CInt, value: String)] {
        let alternatives = names.map { ($0.isAddress ? "IP:" : "DNS:") + $0 }
        return [
            (NID_basic_constraints, "critical,CA:FALSE"),
            (NID_key_usage, "critical,digitalSignature"),
            (NID_ext_key_usage, "serverAuth"),
            (NID_subject_key_identifier, "hash"),
            (NID_subject_alt_name, alternatives.joined(separator: ",")),
        ]
    }
}

/// What libcrypto writes, as bytes.
private enum PEMOutput {
    static func of(_ write: (OpaquePointer) -> CInt) -> [UInt8] {
        guard let bio = unsafe BIO_new(BIO_s_mem()) else {
            preconditionFailure("Invariant: there is memory for a text")
        }
        defer { unsafe BIO_free(bio) }
        precondition(unsafe write(bio) == 1, "Invariant: libcrypto writes what it has made")
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe CCrypto_BIO_get_mem_data(bio, &start)
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: Int(count))
        return unsafe Array(bytes)
    }
}

extension String {
    fileprivate var isAddress: Bool {
        utf8.contains(0x3A) || utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
    }
}
