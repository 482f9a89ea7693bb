import Crypto
import Engine
import Foundation
import Glibc
import Platform
import Testing

@testable import APIServer

/// Cheap enough for tests, and as real.
let cheap = Scrypt(n: 16, r: 1, p: 1)

/// A directory of its own, gone when the test is.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "titan-" + Hex.text(Machine.randomBytes(count: 8))
        try Files.makeDirectory(path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func mode(_ name: String) -> UInt32 {
        var status = stat()
        _ = unsafe stat(path + "/" + name, &status)
        return status.st_mode & 0o777
    }

    /// The first operator's password, as a person would read it.
    func password() throws -> String {
        let text = String(decoding: try Files.read(path + "/first-operator.txt"), as: UTF8.self)
        let line = try #require(text.split(separator: "\n").last)
        return String(line.dropFirst("password: ".count))
    }
}

@Suite struct `The vault` {
    @Test func `begins with one operator whose password stands in a file`() throws {
        let scratch = try Scratch()
        let vault = try Vault(directory: scratch.path, parameters: cheap)
        let text = String(
            decoding: try Files.read(scratch.path + "/first-operator.txt"), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3 && lines[2].isEmpty)
        #expect(lines[0] == "operator: operator")
        #expect(lines[1].hasPrefix("password: "))
        let account = vault.verify(operator: "operator", password: try scratch.password())
        #expect(account?.roles == [.operator, .riskOwner])
        for name in ["vault", "vault.key", "first-operator.txt"] {
            #expect(scratch.mode(name) == 0o600, "\(name)")
        }
    }

    @Test func `draws another password for every desk`() throws {
        let (one, other) = (try Scratch(), try Scratch())
        _ = try Vault(directory: one.path, parameters: cheap)
        _ = try Vault(directory: other.path, parameters: cheap)
        #expect(try one.password() != other.password())
        #expect(try one.password().utf8.count == 24)
    }

    @Test func `keeps keys and people across a restart`() throws {
        let scratch = try Scratch()
        let first = try Vault(directory: scratch.path, parameters: cheap)
        try first.add(operator: "ann", roles: [.observer], password: "correct horse")
        let password = try scratch.password()
        let second = try Vault(directory: scratch.path, parameters: cheap)
        #expect(second.tokenKey == first.tokenKey)
        #expect(second.busKey.secret == first.busKey.secret)
        #expect(second.busKey.id == first.busKey.id)
        #expect(second.verify(operator: "ann", password: "correct horse")?.roles == [.observer])
        #expect(second.verify(operator: "ann", password: "correct horse ") == nil)
        #expect(try scratch.password() == password, "the file is written once")
    }

    @Test func `knows nobody by a wrong password or a wrong name`() throws {
        let scratch = try Scratch()
        let vault = try Vault(directory: scratch.path, parameters: cheap)
        #expect(vault.verify(operator: "operator", password: "") == nil)
        #expect(vault.verify(operator: "nobody", password: try scratch.password()) == nil)
    }

    @Test func `holds no secret that can be read`() throws {
        let scratch = try Scratch()
        let vault = try Vault(directory: scratch.path, parameters: cheap)
        let sealed = try Files.read(scratch.path + "/vault")
        for secret in [vault.tokenKey.secret, Array(Hex.text(vault.tokenKey.secret).utf8)] {
            #expect(!sealed.contains(secret))
        }
        #expect(!sealed.contains(Array("operator".utf8)))
    }

    @Test func `notices every changed byte and every cut, and touches nothing`() throws {
        let scratch = try Scratch()
        _ = try Vault(directory: scratch.path, parameters: cheap)
        let good = try Files.read(scratch.path + "/vault")
        let tampered = VaultError.tampered(path: scratch.path + "/vault")
        var bad = stride(from: 0, to: good.count, by: 7).map { place in
            var bytes = good
            bytes[place] ^= 0x10
            return bytes
        }
        bad += stride(from: 0, to: good.count, by: 31).map { Array(good[..<$0]) }
        bad.append(good + [0])
        for bytes in bad {
            try Files.replace(scratch.path + "/vault", with: bytes)
            #expect(throws: tampered) { try Vault(directory: scratch.path, parameters: cheap) }
            #expect(try Files.read(scratch.path + "/vault") == bytes)
        }
        try Files.replace(scratch.path + "/vault", with: good)
        _ = try Vault(directory: scratch.path, parameters: cheap)
    }

    @Test func `opens with its own key only`() throws {
        let scratch = try Scratch()
        let key = Hex.text(Machine.randomBytes(count: 32))
        let vault = try Vault(directory: scratch.path, key: key, parameters: cheap)
        #expect(!Files.exists(scratch.path + "/vault.key"))
        let again = try Vault(directory: scratch.path, key: key, parameters: cheap)
        #expect(again.tokenKey == vault.tokenKey)
        let tampered = VaultError.tampered(path: scratch.path + "/vault")
        #expect(throws: tampered) {
            try Vault(
                directory: scratch.path, key: Hex.text(Machine.randomBytes(count: 32)),
                parameters: cheap)
        }
        #expect(throws: VaultError.keyMissing(path: scratch.path + "/vault.key")) {
            try Vault(directory: scratch.path, parameters: cheap)
        }
        for bad in ["", "00", String(repeating: "g", count: 64), key + "00"] {
            #expect(throws: VaultError.keyMalformed(place: "TITAN_VAULT_KEY")) {
                try Vault(directory: scratch.path, key: bad, parameters: cheap)
            }
        }
    }

    @Test func `refuses a key that others may read`() throws {
        let scratch = try Scratch()
        _ = try Vault(directory: scratch.path, parameters: cheap)
        let path = scratch.path + "/vault.key"
        _ = unsafe chmod(path, 0o644)
        #expect(throws: VaultError.exposed(path: path)) {
            try Vault(directory: scratch.path, parameters: cheap)
        }
    }

    @Test(
        arguments: [
            ("", "long enough it is", [.observer], VaultError.badName("")),
            ("a b", "long enough it is", [.observer], .badName("a b")),
            ("a\n", "long enough it is", [.observer], .badName("a\n")),
            (
                String(repeating: "a", count: 65), "long enough it is", [.observer],
                .badName(String(repeating: "a", count: 65))
            ),
            ("ann", "too short", [.observer], .badPassword(minimum: 12, maximum: 256)),
            (
                "ann", String(repeating: "a", count: 257), [.observer],
                .badPassword(minimum: 12, maximum: 256)
            ),
            ("ann", "long enough it is", [], .noRoles),
            ("operator", "long enough it is", [.observer], .exists("operator")),
        ] as [(String, String, Set<Role>, VaultError)])
    func `adds only what is whole and new`(
        name: String, password: String, roles: Set<Role>, error: VaultError
    ) throws {
        let scratch = try Scratch()
        let vault = try Vault(directory: scratch.path, parameters: cheap)
        #expect(throws: error) {
            try vault.add(operator: name, roles: roles, password: password)
        }
        #expect(vault.revocation == 0)
    }

    @Test func `takes in whom another process has added, and loses nobody`() throws {
        let scratch = try Scratch()
        let server = try Vault(directory: scratch.path, parameters: cheap)
        let shell = try Vault(directory: scratch.path, parameters: cheap)
        try shell.add(operator: "ann", roles: [.observer], password: "correct horse")
        #expect(server.account("ann") == nil)
        try server.refresh()
        #expect(server.account("ann")?.roles == [.observer])
        #expect(server.revocation == 1)
        try server.refresh()
        #expect(server.revocation == 1, "nothing new, nothing revoked")
        try server.add(operator: "bob", roles: [.operator], password: "correct horse")
        try shell.add(operator: "eve", roles: [.admin], password: "correct horse")
        let names = try VaultFiles(directory: scratch.path)
            .open(key: VaultFiles(directory: scratch.path).key(given: nil)).content.accounts.map(
                \.id)
        #expect(names == ["operator", "ann", "bob", "eve"])
    }
}
