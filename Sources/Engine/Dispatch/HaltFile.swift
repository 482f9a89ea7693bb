import Domain
import Glibc
import Platform

/// The latest halt, durable without the journal: a halt that was raised and not yet recorded when
/// the process died, or that the journal could not take, is found here at the next start.
///
/// One sector, so that a disk writes it whole or not at all: magic 8, epoch 8, time 8, length of
/// the reason 4, reason, zeros, checksum 4.
struct HaltFile: ~Copyable {
    /// What the file says.
    struct Content: Hashable {
        var epoch: UInt64 = 0
        var reason = ""
        var time = Timestamp.zero
    }

    private static let magic = Array("TITHALT1".utf8)
    private static let bytesCount = 512
    private let file: Descriptor

    static func path(in directory: String) -> String { directory + "/halt" }

    /// Opens the file for `write`: each write is durable when it returns, without a sync call.
    init(directory: String) throws(SystemError) {
        file = try Files.open(Self.path(in: directory), flags: O_WRONLY | O_DSYNC)
    }

    /// Makes the file, or makes it anew.
    static func begin(in directory: String, _ content: Content) throws(JournalError) {
        try JournalSegment.attempt("make the halt file") { () throws(SystemError) in
            try Files.replace(path(in: directory), with: bytes(content))
        }
    }

    /// What the file says, or why it cannot be known.
    static func read(in directory: String) -> Result<Content, Unreadable> {
        let bytes: [UInt8]
        do { bytes = try Files.read(path(in: directory)) } catch {
            return .failure(Unreadable(what: "\(error)"))
        }
        guard let content = content(bytes) else {
            return .failure(Unreadable(what: "it is not what was written"))
        }
        return .success(content)
    }

    struct Unreadable: Error, Hashable {
        let what: String
    }

    func write(_ content: Content) throws(SystemError) {
        let (bytes, number) = (Self.bytes(content), file.number)
        let count = try system("write the halt file") {
            unsafe bytes.withUnsafeBytes { unsafe pwrite(number, $0.baseAddress, $0.count, 0) }
        }
        if count != bytes.count { throw SystemError(call: "write the halt file", code: EIO) }
    }

    static func bytes(_ content: Content) -> [UInt8] {
        var reason = Array(content.reason.utf8.prefix(Limits.Journal.haltReasonBytes))
        // Not in the middle of a character.
        while String(validating: reason, as: UTF8.self) == nil { reason.removeLast() }
        var bytes = magic
        bytes.append(little: content.epoch)
        bytes.append(little: content.time.microseconds)
        bytes.append(little: UInt32(reason.count))
        bytes += reason
        bytes += [UInt8](repeating: 0, count: bytesCount - 4 - bytes.count)
        bytes.append(little: CRC32C.checksum(bytes))
        return bytes
    }

    static func content(_ bytes: [UInt8]) -> Content? {
        guard bytes.count == bytesCount, bytes.starts(with: magic) else { return nil }
        var end = LittleReader(bytes, at: bytesCount - 4)
        guard end.word32() == CRC32C.checksum(bytes, 0..<bytesCount - 4) else { return nil }
        var reader = LittleReader(bytes, at: magic.count)
        let epoch = reader.word64()
        let time = Timestamp(microseconds: Int64(bitPattern: reader.word64()))
        let count = Int(reader.word32())
        guard count <= Limits.Journal.haltReasonBytes,
            let reason = String(validating: reader.bytes(count), as: UTF8.self)
        else { return nil }
        return Content(epoch: epoch, reason: reason, time: time)
    }
}
