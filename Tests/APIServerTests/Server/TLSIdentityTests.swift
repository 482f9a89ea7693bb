import Crypto
import Glibc
import Platform
import Testing
import Wire

@testable import APIServer

/// A directory with a pair in it, gone at the end.
final class PairDirectory {
    let path: String
    var certificate: String { path + "/certificate.pem" }
    var key: String { path + "/key.pem" }
    var paths: TLSIdentity.Paths { TLSIdentity.Paths(certificate: certificate, key: key) }

    init() throws {
        path = "/tmp/titan-tls-\(Hex.text(Machine.randomBytes(count: 6)))"
        try Files.makeDirectory(path)
        try write(days: 10)
    }

    deinit {
        for file in [certificate, key, path] { _ = unsafe remove(file) }
    }

    static let now = Machine.wallMicroseconds / 1_000_000

    static func pair(days: Int64) -> DevelopmentPair {
        DevelopmentPair(
            names: ["localhost"], serial: Machine.randomBytes(count: 16), from: now - 10 * 86_400,
            to: now + days * 86_400)
    }

    func write(days: Int64) throws {
        let pair = Self.pair(days: days)
        try Files.replace(certificate, with: pair.certificate)
        try Files.replace(key, with: pair.key)
    }
}

@Suite struct `The server's TLS identity` {
    private func days(_ identity: TLSIdentity) -> Int64 {
        (identity.context.expires - PairDirectory.now) / 86_400
    }

    @Test func `changes when its files have changed and been left alone`() throws {
        let directory = try PairDirectory()
        let lines = Guarded<[String]>([])
        let identity = try TLSIdentity(directory.paths) { line in
            lines.withLock { $0.append(line) }
        }
        identity.look(at: 0)
        #expect(days(identity) == 10)
        try directory.write(days: 20)
        // The first look after a change only takes note of it.
        identity.look(at: 0)
        #expect(days(identity) == 10)
        identity.look(at: 0)
        #expect(days(identity) == 20)
        identity.look(at: 0)
        #expect(identity.reloads.value == 1)
        #expect(
            lines.withLock { $0 } == [
                "the TLS certificate \(directory.certificate) is in use from now on"
            ])
    }

    @Test func `stays what it was when a new pair is broken, and says so once`() throws {
        let directory = try PairDirectory()
        let lines = Guarded<[String]>([])
        let identity = try TLSIdentity(directory.paths) { line in
            lines.withLock { $0.append(line) }
        }
        let other = PairDirectory.pair(days: 30)
        try Files.replace(directory.certificate, with: other.certificate)
        for _ in 0..<5 { identity.look(at: 0) }
        #expect(days(identity) == 10)
        #expect(identity.failures.value == 1)
        #expect(
            lines.withLock { $0 } == [
                "the TLS key \(directory.key) does not belong to the certificate; "
                    + "the one before stays in use"
            ])
        // The other half comes: then it is whole.
        try Files.replace(directory.key, with: other.key)
        for _ in 0..<2 { identity.look(at: 0) }
        #expect(days(identity) == 30)
    }

    @Test func `is read at once when somebody says so`() throws {
        let directory = try PairDirectory()
        let identity = try TLSIdentity(directory.paths)
        try directory.write(days: 40)
        identity.reload()
        #expect(days(identity) == 40)
        _ = unsafe remove(directory.key)
        identity.reload()
        #expect(days(identity) == 40)
        #expect(identity.failures.value == 1)
    }

    @Test func `makes a new context with its next ticket key`() throws {
        let directory = try PairDirectory()
        let identity = try TLSIdentity(directory.paths)
        let before = identity.context
        let now = Machine.bootMicroseconds
        identity.look(at: now)
        #expect(identity.context === before)
        identity.look(at: now + Limits.TLS.ticketKeyMicroseconds + 1)
        #expect(identity.context !== before)
    }

    @Test func `names the file that is wrong`() throws {
        let directory = try PairDirectory()
        let missing = directory.path + "/missing.pem"
        let paths = TLSIdentity.Paths(certificate: directory.certificate, key: missing)
        let error = #expect(throws: TLSIdentity.Failure.self) { try TLSIdentity(paths) }
        #expect(error?.description.contains("the TLS key \(missing) cannot be read") == true)
        try directory.write(days: -1)
        let expired = #expect(throws: TLSIdentity.Failure.self) { try TLSIdentity(directory.paths) }
        #expect(
            expired?.description.hasPrefix("the TLS certificate \(directory.certificate) expired")
                == true)
    }
}
