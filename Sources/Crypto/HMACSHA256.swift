import CCrypto

/// Keyed hashes. Source: RFC 2104; HMAC(3).
public enum HMACSHA256 {
    public static func authenticate(message: [UInt8], key: [UInt8]) -> Digest256 {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        let result = unsafe HMAC(
            EVP_sha256(), key.isEmpty ? [0] : key, CInt(key.count), message, message.count, &bytes,
            &count)
        precondition(
            unsafe result != nil && count == 32, "Invariant: libcrypto computes any HMAC-SHA256")
        return Digest256(bytes: bytes)
    }

    /// Whether two byte strings are the same, in a time that tells nothing of where they differ.
    public static func equal(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        return unsafe CRYPTO_memcmp(one, other, one.count) == 0
    }
}
