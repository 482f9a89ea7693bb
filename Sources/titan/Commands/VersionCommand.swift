import ArgumentParser
import Crypto

/// Prints what this program is.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Prints the version and the digest of this program.")

    /// Of the next release. Source: CHANGELOG.md.
    static let number = "0.1.0"

    func run() throws {
        print("titan \(Self.number)")
        print("binary \(try BinaryDigest.current().hex)")
    }
}
