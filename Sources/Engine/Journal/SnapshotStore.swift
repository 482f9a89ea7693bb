import Crypto
import Glibc
public import Platform

/// States of the desk at some sequence, so that a start need not replay everything.
///
/// One file, replaced as a whole: magic 8, sequence 8, digest of the bytes 32, bytes. A snapshot is
/// only a short cut: one that does not read is reported, and the journal replayed from its start.
public struct SnapshotStore: Sendable {
    private static let magic = Array("TITSNAP1".utf8)
    private let path: String

    public init(directory: String) { path = directory + "/snapshot" }

    /// Replaces the snapshot durably.
    public func write(sequence: UInt64, state: [UInt8]) throws(SystemError) {
        var bytes = Self.magic
        bytes.append(little: sequence)
        bytes += SHA256.hash(state).bytes
        try Files.replace(path, with: bytes + state)
    }

    /// The snapshot, `nil` when there is none or it does not read.
    public func latest() -> (sequence: UInt64, state: [UInt8])? {
        guard Files.exists(path), let bytes = read(), bytes.count >= 48,
            bytes.starts(with: Self.magic)
        else { return nil }
        var reader = LittleReader(bytes, at: Self.magic.count)
        let sequence = reader.word64()
        let digest = Digest256(bytes: reader.bytes(32))
        let state = Array(bytes[reader.offset...])
        return SHA256.hash(state) == digest ? (sequence, state) : nil
    }

    private func read() -> [UInt8]? {
        do { return try Files.read(path) } catch { return nil }
    }
}
