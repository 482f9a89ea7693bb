import Foundation

/// A directory of one test, gone with it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "titan-test-" + UUID().uuidString
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch { preconditionFailure("no temporary directory: \(error)") }
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch { return }
    }

    /// A file of it, whole.
    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path + "/" + name)))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(filePath: path + "/" + name))
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path + "/" + name)
    }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }

    /// Copies files as they are at this moment: what a crash would leave, file by file.
    func copy(_ names: [String], to other: TemporaryDirectory) throws {
        for name in names { try other.write(try bytes(name), to: name) }
    }
}
