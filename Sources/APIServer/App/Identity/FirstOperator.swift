import Crypto
import Platform

/// The person who is there when nobody is yet.
///
/// They are `operator` and `risk_owner` at once: this first release has no second person to ask, and
/// the one person at a new desk must be able to halt it, to resume it and to flatten it. Whoever has
/// more people adds accounts with fewer roles.
enum FirstOperator {
    static let name = "operator"
    static let roles: Set<Role> = [.operator, .riskOwner]
    /// 31 letters and digits, without those that are taken for one another.
    private static let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789".utf8)

    /// Makes the account, and leaves its password in `first-operator.txt` for the owner to read.
    ///
    /// The file is written before the vault is: should the program end between the two, the next
    /// start writes both anew.
    static func make(
        in files: VaultFiles, parameters: Scrypt
    ) throws(VaultError) -> Account {
        let password = password()
        let text = "operator: \(name)\npassword: \(password)\n"
        try files.write(files.directory + "/first-operator.txt", Array(text.utf8))
        return Account(
            id: name, roles: roles, password: PasswordHash(of: password, parameters: parameters))
    }

    /// Five groups of four: 99 bits. 248 is the largest multiple of 31 in a byte, so that no letter
    /// comes more often than another.
    private static func password() -> String {
        let letters = Machine.randomBytes(count: 128).filter { $0 < 248 }.prefix(20)
            .map { alphabet[Int($0) % 31] }
        precondition(letters.count == 20, "Invariant: most random bytes are below 248")
        return stride(from: 0, to: 20, by: 4)
            .map { String(decoding: letters[$0..<$0 + 4], as: UTF8.self) }
            .joined(separator: "-")
    }
}
