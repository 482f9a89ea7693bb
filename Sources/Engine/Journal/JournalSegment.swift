import Glibc
import Platform

/// The files of a journal: their names, and the system calls on them.
enum JournalSegment {
    /// Preallocated, so that a write cannot run out of space in its middle.
    static let bytesCount = 64 * 1024 * 1024
    private static let prefix = "segment-"
    private static let suffix = ".journal"

    static func name(_ firstSequence: UInt64) -> String {
        let digits = String(firstSequence)
        return prefix + String(repeating: "0", count: 16 - min(16, digits.utf8.count)) + digits
            + suffix
    }

    /// The segments of a directory, the oldest first.
    static func names(in directory: String) throws(JournalError) -> [String] {
        guard let handle = unsafe opendir(directory) else {
            throw .system("read \(directory)", SystemError(call: "opendir", code: errno))
        }
        defer { unsafe closedir(handle) }
        var names: [String] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name.hasPrefix(prefix), name.hasSuffix(suffix) { names.append(name) }
        }
        return names.sorted()
    }

    /// Opens a segment for writing; a new one gets its space and its name made durable first.
    static func open(_ path: String, in directory: String) throws(JournalError) -> Descriptor {
        try attempt("open \(path)") { () throws(SystemError) in
            let file = try Files.open(path, flags: O_RDWR | O_CREAT)
            if lseek(file.number, 0, SEEK_END) < off_t(bytesCount) {
                try Files.allocate(file, count: bytesCount)
                let number = file.number
                try system("fsync") { fsync(number) }
                try Files.sync(directory: directory)
            }
            return file
        }
    }

    /// One write and one sync.
    static func write(_ file: borrowing Descriptor, _ bytes: [UInt8], at offset: Int)
        throws(JournalError)
    {
        let number = file.number
        try attempt("write the journal") { () throws(SystemError) in
            var done = 0
            while done < bytes.count {
                done += try system("pwrite") {
                    unsafe bytes.withUnsafeBytes {
                        unsafe pwrite(
                            number, $0.baseAddress! + done, bytes.count - done, off_t(offset + done)
                        )
                    }
                }
            }
            try system("fdatasync") { fdatasync(number) }
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

    /// Says what was being done when a system call failed.
    private static func attempt<Value: ~Copyable>(
        _ doing: String, _ body: () throws(SystemError) -> Value
    ) throws(JournalError) -> Value {
        do { return try body() } catch { throw .system(doing, error) }
    }
}
