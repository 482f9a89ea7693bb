import Glibc
import Platform

/// The files of a journal: their names, and the system calls on them.
enum JournalSegment {
    private static let prefix = "segment-"
    private static let suffix = ".journal"

    static func name(_ firstSequence: UInt64) -> String {
        let digits = String(firstSequence)
        return prefix + String(repeating: "0", count: 16 - min(16, digits.utf8.count)) + digits
            + suffix
    }

    /// The segments of a directory, the oldest first.
    static func names(in directory: String) throws(JournalError) -> [String] {
        try attempt("read \(directory)") { () throws(SystemError) in
            try Files.names(in: directory).filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
        }
    }

    /// Opens a segment for writing; one that is new or too short gets its space first.
    static func open(_ path: String, bytesCount: Int) throws(JournalError) -> Descriptor {
        try attempt("open \(path)") { () throws(SystemError) in
            let file = try Files.open(path, flags: O_RDWR | O_CREAT)
            let size = Int(lseek(file.number, 0, SEEK_END))
            if size < bytesCount {
                try fill(file, from: max(0, size), to: bytesCount)
                try Files.sync(directory: directory(of: path))
            }
            return file
        }
    }

    /// Makes a file of zeros under another name, so that it can become a segment by a rename.
    static func reserve(_ path: String, bytesCount: Int) throws(SystemError) {
        let unfinished = path + ".new"
        let file = try Files.open(unfinished, flags: O_RDWR | O_CREAT | O_TRUNC)
        do { try fill(file, from: 0, to: bytesCount) } catch {
            // What it holds is needed by whoever goes on with a full disk.
            _ = unsafe unlink(unfinished)
            throw error
        }
        try rename(unfinished, to: path)
    }

    /// Renames a file durably.
    static func rename(_ path: String, to other: String) throws(SystemError) {
        try system("rename \(path)") { unsafe Glibc.rename(path, other) }
        try Files.sync(directory: directory(of: other))
    }

    /// Writes zeros and syncs. Only reserved space would not do: the first write to each part of it
    /// changes the file's map, and its sync takes five times as long.
    private static func fill(
        _ file: borrowing Descriptor, from start: Int, to end: Int
    ) throws(SystemError) {
        try Files.allocate(file, count: end)
        let zeros = [UInt8](repeating: 0, count: min(1 << 20, end - start))
        var place = start
        while place < end {
            try put(file, zeros, count: min(zeros.count, end - place), at: place)
            place += zeros.count
        }
        let number = file.number
        try system("fsync") { fsync(number) }
    }

    /// One write and one sync.
    static func write(_ file: borrowing Descriptor, _ bytes: [UInt8], at offset: Int)
        throws(JournalError)
    {
        let number = file.number
        try attempt("write the journal") { () throws(SystemError) in
            try put(file, bytes, count: bytes.count, at: offset)
            try system("fdatasync") { fdatasync(number) }
        }
    }

    private static func put(
        _ file: borrowing Descriptor, _ bytes: [UInt8], count: Int, at offset: Int
    ) throws(SystemError) {
        let number = file.number
        var done = 0
        while done < count {
            done += try system("pwrite") {
                unsafe bytes.withUnsafeBytes {
                    unsafe pwrite(
                        number, $0.baseAddress! + done, count - done, off_t(offset + done))
                }
            }
        }
    }

    static func erase(_ file: borrowing Descriptor, from offset: Int, _ count: Int)
        throws(JournalError)
    {
        try write(file, [UInt8](repeating: 0, count: count), at: offset)
    }

    /// A whole file.
    static func read(_ path: String) throws(JournalError) -> [UInt8] {
        try attempt("read \(path)") { () throws(SystemError) in try Files.read(path) }
    }

    private static func directory(of path: String) -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return parts.isEmpty ? "." : parts.joined(separator: "/")
    }

    /// Says what was being done when a system call failed.
    static func attempt<Value: ~Copyable>(
        _ doing: String, _ body: () throws(SystemError) -> Value
    ) throws(JournalError) -> Value {
        do { return try body() } catch { throw .system(doing, error) }
    }
}
