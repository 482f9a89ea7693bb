import Crypto
import Glibc
import Platform

/// The vault's two files, as bytes: what is sealed, and the key that opens it.
///
/// Form of the vault: a line that names it, then nonce, ciphertext and tag of AES-256-GCM.
struct VaultFiles: Sendable {
    private static let magic = Array("titan vault 1\n".utf8)
    let directory: String

    var path: String { directory + "/vault" }
    var keyPath: String { directory + "/vault.key" }
    private var lockPath: String { directory + "/vault.lock" }

    var exist: Bool { Files.exists(path) }

    /// The key: `given` in hexadecimal (from the environment), else the one in its file, else, when
    /// there is no vault yet, a new one in its file.
    func key(given: String?) throws(VaultError) -> [UInt8] {
        if let given { return try Self.parse(given, place: "TITAN_VAULT_KEY") }
        if Files.exists(keyPath) {
            let text = String(decoding: try read(keyPath), as: UTF8.self)
            return try Self.parse(text.filter { $0 != "\n" }, place: keyPath)
        }
        guard !exist else { throw .keyMissing(path: keyPath) }
        let key = Machine.randomBytes(count: 32)
        try write(keyPath, Array((Hex.text(key) + "\n").utf8))
        return key
    }

    /// What the vault holds, and the bytes on disk by which a later change is noticed.
    func open(key: [UInt8]) throws(VaultError) -> (content: VaultContent, sealed: [UInt8]) {
        let sealed = try read(path)
        guard sealed.starts(with: Self.magic),
            let plain = AESGCM.open(Array(sealed.dropFirst(Self.magic.count)), key: key),
            let content = VaultContent(json: plain)
        else { throw .tampered(path: path) }
        return (content, sealed)
    }

    /// Replaces the vault durably. A random nonce is safe for far more writes than there will be.
    func seal(_ content: VaultContent, key: [UInt8]) throws(VaultError) -> [UInt8] {
        let nonce = Machine.randomBytes(count: 12)
        let sealed = Self.magic + AESGCM.seal(content.json, key: key, nonce: nonce)
        try write(path, sealed)
        return sealed
    }

    /// Runs `body` while no other process changes the vault. Source: flock(2).
    func locked<Value>(_ body: () throws(VaultError) -> Value) throws(VaultError) -> Value {
        // The lock goes with the descriptor.
        let lock = try lock()
        let value = try body()
        _ = consume lock
        return value
    }

    private func lock() throws(VaultError) -> Descriptor {
        do {
            let file = try Files.open(lockPath, flags: O_RDWR | O_CREAT)
            let number = file.number
            try system("flock") { flock(number, LOCK_EX) }
            return file
        } catch { throw .system(doing: "locking \(lockPath)", error) }
    }

    func write(_ path: String, _ bytes: [UInt8]) throws(VaultError) {
        do { try Files.replace(path, with: bytes) } catch {
            throw .system(doing: "writing \(path)", error)
        }
    }

    private func read(_ path: String) throws(VaultError) -> [UInt8] {
        var status = stat()
        do {
            try system("stat") { unsafe stat(path, &status) }
            guard status.st_mode & 0o077 == 0 else { throw VaultError.exposed(path: path) }
            guard status.st_size <= Limits.App.vaultBytesMaximum else {
                throw VaultError.tampered(path: path)
            }
            return try Files.read(path)
        } catch let error as SystemError {
            throw .system(doing: "reading \(path)", error)
        } catch let error as VaultError {
            throw error
        } catch {
            preconditionFailure("Invariant: reading throws no other error: \(error)")
        }
    }

    private static func parse(_ hex: String, place: String) throws(VaultError) -> [UInt8] {
        guard let key = Hex.bytes(hex), key.count == 32 else { throw .keyMalformed(place: place) }
        return key
    }
}
