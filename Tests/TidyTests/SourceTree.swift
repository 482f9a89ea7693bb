import Foundation

/// Every Swift file of the repository, by its path from the root.
enum SourceTree {
    struct File {
        let path: String
        let lines: [Substring]
    }

    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let files: [File] = ["Sources", "Tests"].flatMap { folder in
        FileManager.default.enumerator(
            at: root.appending(path: folder), includingPropertiesForKeys: nil)!
            .compactMap { $0 as? URL }
    }
    .filter { $0.pathExtension == "swift" }
    .map { url in
        let text = try! String(contentsOf: url, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let path = url.path(percentEncoded: false)
        return File(
            path: String(path.dropFirst(root.path(percentEncoded: false).count)), lines: lines)
    }
    .sorted { $0.path < $1.path }

    /// Places where a text stands in code, comments left out.
    static func places(of text: String, in files: [File]) -> [String] {
        files.flatMap { file in
            file.lines.enumerated().compactMap { index, line in
                let code = line.split(separator: "//", omittingEmptySubsequences: false)[0]
                return code.contains(text) ? "\(file.path):\(index + 1)" : nil
            }
        }
    }
}
