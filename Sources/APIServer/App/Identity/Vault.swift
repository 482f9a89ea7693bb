public import Crypto
public import Engine
import Platform
import Synchronization

/// The desk's secrets in one small sealed file: accounts, the key of the tokens, the key of the bus.
///
/// Another process may add an account; `refresh` takes it in.
/// Thread: any; what reads or writes the file is not for a loop.
public final class Vault: Sendable {
    private struct Held {
        var content: VaultContent
        /// The bytes on disk that the content is from.
        var sealed: [UInt8]
    }

    private let held: Guarded<Held>
    private let files: VaultFiles
    private let key: [UInt8]
    private let parameters: Scrypt
    private let changes = Atomic<UInt64>(0)

    /// Opens the vault of a data directory, or makes one with a first operator in it.
    ///
    /// - Parameters:
    ///   - key: The vault's key in hexadecimal, if it is not to stand in its own file.
    ///   - parameters: The cost of new passwords.
    public init(
        directory: String, key given: String? = nil, parameters: Scrypt = .standard
    ) throws(VaultError) {
        let files = VaultFiles(directory: directory)
        do { try Files.makeDirectory(directory) } catch {
            throw .system(doing: "making \(directory)", error)
        }
        let opened: ([UInt8], VaultContent, [UInt8]) = try files.locked { () throws(VaultError) in
            let key = try files.key(given: given)
            if files.exist {
                let (content, sealed) = try files.open(key: key)
                return (key, content, sealed)
            }
            var content = VaultContent()
            content.accounts = [try FirstOperator.make(in: files, parameters: parameters)]
            return (key, content, try files.seal(content, key: key))
        }
        (self.files, self.key, self.parameters) = (files, opened.0, parameters)
        held = Guarded(Held(content: opened.1, sealed: opened.2))
    }

    /// Moves with every change of an account or a key.
    public var revocation: UInt64 { changes.load(ordering: .acquiring) }

    public var tokenKey: TokenKey { held.withLock { $0.content.tokenKey } }

    /// With which commands to the venue are signed.
    public var busKey: SigningKey {
        held.withLock { SigningKey(id: $0.content.busKeyID, secret: $0.content.busSecret) }
    }

    public func account(_ id: String) -> Account? {
        held.withLock { held in held.content.accounts.first { $0.id == id } }
    }

    /// Adds a person. The vault on disk has them when this returns, or is as it was.
    public func add(operator id: String, roles: Set<Role>, password: String) throws(VaultError) {
        let (least, most) = (Limits.App.passwordBytesMinimum, Limits.App.passwordBytesMaximum)
        guard Account.isName(id) else { throw .badName(id) }
        guard !roles.isEmpty else { throw .noRoles }
        guard (least...most).contains(password.utf8.count) else {
            throw .badPassword(minimum: least, maximum: most)
        }
        let account = Account(
            id: id, roles: roles, password: PasswordHash(of: password, parameters: parameters))
        let changed: (VaultContent, [UInt8]) = try files.locked { () throws(VaultError) in
            var content = try files.open(key: key).content
            guard !content.accounts.contains(where: { $0.id == id }) else { throw .exists(id) }
            guard content.accounts.count < Limits.App.accountsMaximum else {
                throw .full(maximum: Limits.App.accountsMaximum)
            }
            content.accounts.append(account)
            return (content, try files.seal(content, key: key))
        }
        hold(changed.0, changed.1)
    }

    /// Takes in what another process has changed. A file that does not open changes nothing here.
    public func refresh() throws(VaultError) {
        let (content, sealed) = try files.open(key: key)
        hold(content, sealed)
    }

    /// Whose password this is; `nil` for nobody's. Takes as long for a name that there is not.
    func verify(operator id: String, password: String) -> Account? {
        guard let account = account(id) else {
            _ = PasswordHash.decoy(parameters).matches(password)
            return nil
        }
        return account.password.matches(password) ? account : nil
    }

    private func hold(_ content: VaultContent, _ sealed: [UInt8]) {
        let isNew = held.withLock { held in
            guard held.sealed != sealed else { return false }
            held = Held(content: content, sealed: sealed)
            return true
        }
        if isNew { changes.wrappingAdd(1, ordering: .acquiringAndReleasing) }
    }
}
