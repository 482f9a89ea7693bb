import CCrypto

/// Encryption that notices any change. Source: NIST SP 800-38D; EVP_EncryptInit_ex2(3).
///
/// Form: 12 bytes of nonce, the ciphertext, 16 bytes of tag.
public enum AESGCM {
    private static let nonceCount = 12
    private static let tagCount = 16

    /// Seals with a 32-byte key and a nonce that this key has never seen.
    public static func seal(_ plain: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8] {
        precondition(key.count == 32 && nonce.count == nonceCount, "Invariant: AES-256, 96-bit nonce")
        let context = CipherContext()
        var (sealed, tag) = ([UInt8](repeating: 0, count: plain.count), [UInt8](repeating: 0, count: 16))
        var count: CInt = 0
        let done = unsafe EVP_EncryptInit_ex2(context.handle, EVP_aes_256_gcm(), key, nonce, nil) == 1
            && EVP_EncryptUpdate(context.handle, &sealed, &count, plain, CInt(plain.count)) == 1
            && EVP_EncryptFinal_ex(context.handle, &tag, &count) == 1
            && EVP_CIPHER_CTX_ctrl(context.handle, EVP_CTRL_AEAD_GET_TAG, 16, &tag) == 1
        precondition(done, "Invariant: libcrypto seals any bytes")
        return nonce + sealed + tag
    }

    /// The plain bytes, or `nil` when they were changed or sealed with another key.
    public static func open(_ box: [UInt8], key: [UInt8]) -> [UInt8]? {
        guard box.count >= nonceCount + tagCount, key.count == 32 else { return nil }
        let nonce = Array(box.prefix(nonceCount))
        let sealed = Array(box.dropFirst(nonceCount).dropLast(tagCount))
        var tag = Array(box.suffix(tagCount))
        let context = CipherContext()
        var plain = [UInt8](repeating: 0, count: sealed.count + 16)
        var (count, rest): (CInt, CInt) = (0, 0)
        let good = unsafe EVP_DecryptInit_ex2(context.handle, EVP_aes_256_gcm(), key, nonce, nil) == 1
            && EVP_DecryptUpdate(context.handle, &plain, &count, sealed, CInt(sealed.count)) == 1
            && EVP_CIPHER_CTX_ctrl(context.handle, EVP_CTRL_AEAD_SET_TAG, 16, &tag) == 1
            && EVP_DecryptFinal_ex(context.handle, &tag, &rest) == 1
        return good ? Array(plain.prefix(sealed.count)) : nil
    }
}

/// Owns one EVP_CIPHER_CTX.
@safe private struct CipherContext: ~Copyable {
    let handle: OpaquePointer

    init() {
        guard let handle = unsafe EVP_CIPHER_CTX_new() else {
            preconditionFailure("Invariant: there is memory for a cipher")
        }
        unsafe self.handle = handle
    }

    deinit { unsafe EVP_CIPHER_CTX_free(handle) }
}
