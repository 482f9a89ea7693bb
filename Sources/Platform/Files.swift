import CLinux
import Glibc

/// Whole files: read, and replaced so that a crash leaves the old or the new one.
public enum Files {
    public static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Makes a directory and those above it, mode 0700.
    public static func makeDirectory(_ path: String) throws(SystemError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
            if exists(made) { continue }
            let code = unsafe mkdir(made, 0o700)
            if code != 0, errno != EEXIST { throw SystemError(call: "mkdir \(made)", code: errno) }
        }
    }

    /// Opens a file. Source: open(2); closed on exec.
    public static func open(
        _ path: String, flags: CInt, mode: UInt32 = 0o600
    ) throws(SystemError) -> Descriptor {
        Descriptor(
            adopting: try system("open \(path)") {
                unsafe CLinux_open(path, flags | O_CLOEXEC, mode)
            })
    }

    /// Reserves space, so that a later write cannot run out of it. Source: fallocate(2).
    public static func allocate(_ file: borrowing Descriptor, count: Int) throws(SystemError) {
        let number = file.number
        try system("fallocate") { CLinux_allocate(number, 0, Int64(count)) }
    }

    /// The names in a directory but its own and its parent's, in order.
    public static func names(in directory: String) throws(SystemError) -> [String] {
        guard let handle = unsafe opendir(directory) else {
            throw SystemError(call: "opendir \(directory)", code: errno)
        }
        defer { unsafe closedir(handle) }
        var names: [String] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes the names in a directory durable.
    public static func sync(directory: String) throws(SystemError) {
        let folder = try open(directory.isEmpty ? "/" : directory, flags: O_RDONLY | O_DIRECTORY)
        let number = folder.number
        try system("fsync") { fsync(number) }
    }

    public static func read(_ path: String) throws(SystemError) -> [UInt8] {
        let file = try open(path, flags: O_RDONLY)
        let number = file.number
        let size = Int(lseek(number, 0, SEEK_END))
        var bytes = [UInt8](repeating: 0, count: max(0, size))
        var done = 0
        while done < bytes.count {
            let count = try system("pread") {
                unsafe bytes.withUnsafeMutableBytes {
                    unsafe pread(number, $0.baseAddress! + done, $0.count - done, off_t(done))
                }
            }
            if count == 0 { break }
            done += count
        }
        bytes.removeLast(bytes.count - done)
        return bytes
    }

    /// Replaces a file durably: a new one is written, synced and renamed, and the name synced.
    public static func replace(
        _ path: String, with bytes: [UInt8], mode: UInt32 = 0o600
    ) throws(SystemError) {
        let temporary = path + ".new"
        let file = try open(temporary, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
        let number = file.number
        var done = 0
        while done < bytes.count {
            done += try system("write") {
                unsafe bytes.withUnsafeBytes {
                    unsafe write(number, $0.baseAddress! + done, bytes.count - done)
                }
            }
        }
        try system("fdatasync") { fdatasync(number) }
        try system("rename") { unsafe rename(temporary, path) }
        let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        try sync(directory: parent.isEmpty ? "." : parent.joined(separator: "/"))
    }
}
