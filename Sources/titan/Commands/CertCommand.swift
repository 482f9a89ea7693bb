import ArgumentParser
import Crypto
import Glibc
import Platform

/// Makes certificates for one's own machine.
struct CertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cert", abstract: "Makes certificates.", subcommands: [Dev.self])

    struct Dev: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dev",
            abstract: "Makes a key and a certificate for localhost, which nobody else trusts.",
            discussion: "Browsers warn of it until it is among those that they trust.")

        @Option(help: "The directory for certificate.pem and key.pem.")
        var out: String

        func run() throws {
            let now = Machine.wallMicroseconds / 1_000_000
            let pair = DevelopmentPair(
                names: Self.names, serial: Machine.randomBytes(count: 16), from: now - 3_600,
                to: now + Limits.TLS.developmentDays * 86_400)
            let (certificate, key) = (out + "/certificate.pem", out + "/key.pem")
            do {
                try Files.makeDirectory(out)
                try Files.replace(key, with: pair.key, mode: 0o600)
                try Files.replace(certificate, with: pair.certificate, mode: 0o644)
            } catch { throw StartError("no pair was made: \(error)") }
            StandardOutput.line(
                "For \(Self.names.joined(separator: ", ")), for \(Limits.TLS.developmentDays) days")
            StandardOutput.line(
                "titan serve --tls-certificate \(certificate) --tls-key \(key)")
        }

        /// What this machine may be called from itself. Source: gethostname(2).
        private static var names: [String] {
            var bytes = [CChar](repeating: 0, count: 65)
            _ = unsafe gethostname(&bytes, 64)
            let host = String(
                decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let local = ["localhost", "127.0.0.1", "::1"]
            return local.contains(host) || !DevelopmentPair.isName(host) ? local : local + [host]
        }
    }
}
