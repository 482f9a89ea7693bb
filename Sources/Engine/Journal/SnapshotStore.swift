public import Crypto
public import Domain
import Glibc
public import Platform

/// States of the desk at some sequence, so that a start need not replay everything.
///
/// One file, replaced as a whole: magic 8, sequence 8, digest of the bytes 32, bytes. A snapshot is
/// only a short cut: of one that does not read nothing is taken, and the journal is replayed from
/// its start.
public struct SnapshotStore: Sendable {
    /// What is there.
    public enum Reading: Sendable {
        case none
        case unreadable(String)
        case state(State)
    }

    private static let magic = Array("TITSNAP1".utf8)
    private let path: String

    public init(directory: String) { path = directory + "/snapshot" }

    /// Replaces the snapshot durably. Returns the digest of the state.
    @discardableResult
    public func write(_ state: State) throws(SystemError) -> Digest256 {
        let encoded = BinaryEncoder.encode(state)
        let digest = SHA256.hash(encoded)
        var bytes = Self.magic
        bytes.reserveCapacity(48 + encoded.count)
        bytes.append(little: state.sequence)
        bytes += digest.bytes
        bytes += encoded
        try Files.replace(path, with: bytes)
        return digest
    }

    public func read() -> Reading {
        guard Files.exists(path) else { return .none }
        let bytes: [UInt8]
        do { bytes = try Files.read(path) } catch { return .unreadable("\(error)") }
        guard bytes.count >= 48, bytes.starts(with: Self.magic) else {
            return .unreadable("\(path) is no snapshot")
        }
        var reader = LittleReader(bytes, at: Self.magic.count)
        let sequence = reader.word64()
        let digest = Digest256(bytes: reader.bytes(32))
        let encoded = Array(bytes[reader.offset...])
        guard SHA256.hash(encoded) == digest else {
            return .unreadable("\(path) has another digest than was written")
        }
        guard let state = BinaryDecoder.decode(State.self, from: encoded),
            state.sequence == sequence
        else { return .unreadable("\(path) is of another version of this program") }
        return .state(state)
    }
}
