import Glibc
import Platform

/// The files of a directory and those below it, read whole into memory.
struct StaticDirectory {
    /// By path from the directory on, such as `/assets/main-4KXQ2A7B.js`.
    private(set) var files: [(path: String, bytes: [UInt8])] = []
    private var bytesCount = 0

    init(reading directory: String) throws(StaticFilesError) {
        try read(directory, as: "/", depth: 1)
    }

    private mutating func read(
        _ directory: String, as path: String, depth: Int
    ) throws(StaticFilesError) {
        guard depth <= Limits.Static.depthMaximum else {
            throw .tooLarge(
                path: directory, what: "directories inside each other",
                maximum: Limits.Static.depthMaximum)
        }
        for name in try Self.names(in: directory) {
            let file = directory + "/" + name
            guard name.utf8.allSatisfy(Self.isPlain) else { throw .notServable(path: file) }
            switch try Self.kind(of: file) {
            case .directory: try read(file, as: path + name + "/", depth: depth + 1)
            case .file(let size): try add(file, as: path + name, size: size)
            }
        }
    }

    private mutating func add(
        _ file: String, as path: String, size: Int
    ) throws(StaticFilesError) {
        let maxima = [
            (size, "bytes", Limits.Static.fileBytesMaximum),
            (bytesCount + size, "bytes in all files", Limits.Static.bytesMaximum),
            (files.count + 1, "files", Limits.Static.filesMaximum),
        ]
        for (value, what, maximum) in maxima where value > maximum {
            throw .tooLarge(path: file, what: what, maximum: maximum)
        }
        do {
            let bytes = try Files.read(file)
            bytesCount += bytes.count
            files.append((path, bytes))
        } catch {
            throw .system(path: file, error)
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        case UInt8(ascii: "~"), UInt8(ascii: "@"), UInt8(ascii: "+"): true
        default: false
        }
    }

    /// Names in order, without those that begin with a dot.
    private static func names(in directory: String) throws(StaticFilesError) -> [String] {
        let folder: Descriptor
        do {
            folder = try Files.open(directory, flags: O_RDONLY | O_DIRECTORY)
        } catch {
            throw .system(path: directory, error)
        }
        guard let handle = unsafe fdopendir(folder.release()) else {
            throw .system(path: directory, SystemError(call: "fdopendir", code: ENOMEM))
        }
        defer { unsafe closedir(handle) }
        var names: [String] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private enum Kind {
        case file(size: Int)
        case directory
    }

    /// Links are not followed: one could lead out of the directory.
    private static func kind(of path: String) throws(StaticFilesError) -> Kind {
        var status = stat()
        do {
            try system("lstat") { unsafe lstat(path, &status) }
        } catch {
            throw .system(path: path, error)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file(size: Int(status.st_size))
        case S_IFDIR: return .directory
        default: throw .notServable(path: path)
        }
    }
}
