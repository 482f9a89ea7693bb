import CSSL

/// The keys that session tickets are sealed with: one for new tickets, and the one before, so that
/// a ticket outlives the change.
///
/// Immutable, and shared by every context made with them: a ticket of one loop opens on another.
/// Source: RFC 5077, section 4; RFC 8446, section 4.6.1; SSL_CTX_set_tlsext_ticket_key_cb(3).
public final class TLSTicketKeys: Sendable {
    /// Random bytes that one key is made of: 16 of its name, 32 each for AES-256-CBC and
    /// HMAC-SHA-256.
    public static let keyBytes = 80
    private static let nameBytes = 16

    private let current: [UInt8]
    private let previous: [UInt8]?

    public convenience init(random: [UInt8]) { self.init(random, before: nil) }

    private init(_ current: [UInt8], before previous: [UInt8]?) {
        precondition(current.count == Self.keyBytes, "Invariant: a ticket key has 80 bytes")
        (self.current, self.previous) = (current, previous)
    }

    /// New keys, under which tickets of the present key still open.
    public func rotated(random: [UInt8]) -> TLSTicketKeys {
        TLSTicketKeys(random, before: current)
    }

    /// Prepares OpenSSL to seal one ticket. Returns 1, or -1 when that is impossible.
    func seal(
        name: UnsafeMutablePointer<UInt8>, nonce: UnsafeMutablePointer<UInt8>,
        _ cipher: OpaquePointer?, _ mac: OpaquePointer?
    ) -> CInt {
        unsafe current.withUnsafeBufferPointer { key in
            let base = key.baseAddress!
            unsafe name.update(from: base, count: Self.nameBytes)
            let done =
                unsafe RAND_bytes(nonce, 16) == 1
                && EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nil, base + 16, nonce) == 1
                && CSSL_ticket_mac(mac, base + 48) == 1
            return done ? 1 : -1
        }
    }

    /// Prepares OpenSSL to open one. Returns 1, 2 when the client should get a new one, 0 when the
    /// key is unknown: then there is a full handshake.
    func open(
        name: UnsafePointer<UInt8>, nonce: UnsafePointer<UInt8>,
        _ cipher: OpaquePointer?, _ mac: OpaquePointer?
    ) -> CInt {
        let name = unsafe UnsafeBufferPointer(start: name, count: Self.nameBytes)
        for (place, key) in [current, previous].enumerated() {
            guard let key, unsafe key.prefix(Self.nameBytes).elementsEqual(name) else { continue }
            return unsafe key.withUnsafeBufferPointer { key in
                let base = key.baseAddress!
                let done =
                    unsafe CSSL_ticket_mac(mac, base + 48) == 1
                    && EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nil, base + 16, nonce) == 1
                return done ? CInt(place + 1) : -1
            }
        }
        return 0
    }
}
