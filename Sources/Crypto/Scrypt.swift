import CCrypto

/// Turns passwords into keys slowly and with much memory. Source: RFC 7914; EVP_PBE_scrypt(3).
public struct Scrypt: Hashable, Sendable {
    /// Cost: a power of two.
    public let n: UInt64
    public let r: UInt64
    public let p: UInt64

    /// About 60 ms and 32 MiB here. Source: OWASP's password storage sheet, minimum for scrypt.
    public static let standard = Scrypt(n: 32_768, r: 8, p: 3)

    public init(n: UInt64, r: UInt64, p: UInt64) { (self.n, self.r, self.p) = (n, r, p) }

    /// `nil` when libcrypto refuses the parameters.
    public func derive(password: [UInt8], salt: [UInt8], count: Int) -> [UInt8]? {
        var key = [UInt8](repeating: 0, count: count)
        let code = unsafe password.withUnsafeBytes { password in
            unsafe EVP_PBE_scrypt(
                password.baseAddress?.assumingMemoryBound(to: CChar.self), password.count, salt,
                salt.count, n, r, p, 256 * 1024 * 1024, &key, count)
        }
        return code == 1 ? key : nil
    }
}
