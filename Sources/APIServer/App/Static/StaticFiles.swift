public import Wire

/// The console's built files, held in memory from the start on.
///
/// Only names that were found then are served. No path of a request ever reaches the file system,
/// so none can lead out of the directory.
public struct StaticFiles: Sendable {
    private let files: [String: StaticFile]
    private let index: StaticFile

    public init(directory: String) throws(StaticFilesError) {
        let read = try StaticDirectory(reading: directory)
        var files: [String: StaticFile] = [:]
        for (path, bytes) in read.files { files[path] = StaticFile(path: path, bytes: bytes) }
        guard let index = files["/index.html"] else { throw .noIndex(directory: directory) }
        self.files = files
        self.index = index
    }

    /// The answer to a request for a file, or for a page of the console; `nil` for all others.
    public func respond(to request: Request) -> Response? {
        guard request.method == .get || request.method == .head,
            let file = file(for: request)
        else { return nil }
        return Self.isUnchanged(file, request) ? file.unchanged : file.found
    }

    private func file(for request: Request) -> StaticFile? {
        let path = request.pathText
        if path == "/" { return index }
        if let file = files[path] { return file }
        return Self.isPage(path) && Self.wantsPage(request) ? index : nil
    }

    /// Addresses within the console: no extension, and none of the server's own.
    private static func isPage(_ path: String) -> Bool {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        if name.contains(".") { return false }
        return !["/api", "/ws", "/metrics", "/health"].contains { own in
            path == own || path.hasPrefix(own + "/")
        }
    }

    /// Whether a browser is navigating, rather than a script fetching data.
    private static func wantsPage(_ request: Request) -> Bool {
        request.fields.contains { $0.nameText == "accept" && $0.valueText.contains("text/html") }
    }

    /// Source: RFC 9110, section 13.1.2: compared weakly, and `*` is any content.
    private static func isUnchanged(_ file: StaticFile, _ request: Request) -> Bool {
        guard request.fields.count(of: "if-none-match") > 0 else { return false }
        return request.fields.contains { field in
            guard field.nameText == "if-none-match" else { return false }
            return field.valueText.split(separator: ",").contains { candidate in
                var tag = candidate.drop { $0 == " " || $0 == "\t" }
                while tag.last == " " || tag.last == "\t" { tag.removeLast() }
                return tag == "*" || tag == file.tag || tag == "W/" + file.tag
            }
        }
    }
}
