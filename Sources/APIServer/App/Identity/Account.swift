import Crypto
import Domain
import Platform

/// One person who may sign in.
public struct Account: Sendable, Hashable {
    public let id: String
    public let roles: Set<Role>
    let password: PasswordHash

    /// Letters, digits, point, hyphen and underscore: what reads well in a record.
    static func isName(_ text: String) -> Bool {
        let bytes = text.utf8
        return (1...Limits.App.operatorBytesMaximum).contains(bytes.count)
            && bytes.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }
}

/// What is kept of a password.
struct PasswordHash: Sendable, Hashable {
    let parameters: Scrypt
    let salt: [UInt8]
    let hash: [UInt8]

    init(parameters: Scrypt, salt: [UInt8], hash: [UInt8]) {
        (self.parameters, self.salt, self.hash) = (parameters, salt, hash)
    }

    /// Hashes a new password. Slow: the worker's or the shell's, never a loop's.
    init(of password: String, parameters: Scrypt) {
        let salt = Machine.randomBytes(count: 16)
        self.init(
            parameters: parameters, salt: salt,
            hash: Self.derive(password, parameters: parameters, salt: salt))
    }

    /// A hash that no password has: checking one against it takes as long as against a real one.
    static func decoy(_ parameters: Scrypt) -> PasswordHash {
        PasswordHash(
            parameters: parameters, salt: Machine.randomBytes(count: 16),
            hash: Machine.randomBytes(count: 32))
    }

    /// Slow, and equally so whatever the answer.
    func matches(_ password: String) -> Bool {
        let derived = Self.derive(password, parameters: parameters, salt: salt)
        return HMACSHA256.equal(derived, hash)
    }

    private static func derive(_ password: String, parameters: Scrypt, salt: [UInt8]) -> [UInt8] {
        let key = parameters.derive(password: Array(password.utf8), salt: salt, count: 32)
        guard let key else {
            preconditionFailure("Invariant: only parameters that libcrypto takes are kept")
        }
        return key
    }
}
