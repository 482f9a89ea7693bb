public import Wire

/// The console's built files, held in memory from the start on.
///
/// Only names that were found then are served. No path of a request ever reaches the file system,
/// so none can lead out of the directory.
public struct StaticFiles: Sendable {
    private let files: [String: StaticFile]
    private let index: StaticFile
    /// The index as it answers for addresses within the console.
    private let page: StaticFile

    public init(directory: String) throws(StaticFilesError) {
        let read = try StaticDirectory(reading: directory)
        let contents = Dictionary(uniqueKeysWithValues: read.files.map { ($0.path, $0.bytes) })
        guard let index = contents["/index.html"] else { throw .noIndex(directory: directory) }
        files = Self.files(contents)
        self.index = files["/index.html"]!
        page = StaticFile(
            path: "/index.html", bytes: index, codings: Self.codings("/index.html", in: contents),
            isFallback: true)
    }

    /// The answer to a request for a file, or for a page of the console; `nil` for all others.
    public func respond(to request: Request) -> Response? {
        guard request.method == .get || request.method == .head else { return nil }
        let path = request.pathText
        let file = path == "/" ? index : files[path]
        if let file { return file.respond(to: request) }
        return Self.isPage(path) && Self.isNavigation(request) ? page.respond(to: request) : nil
    }

    /// A file that is another one coded has no name of its own.
    private static func files(_ contents: [String: [UInt8]]) -> [String: StaticFile] {
        var files: [String: StaticFile] = [:]
        for (path, bytes) in contents where !isCoded(path, in: contents) {
            files[path] = StaticFile(path: path, bytes: bytes, codings: codings(path, in: contents))
        }
        return files
    }

    private static func isCoded(_ path: String, in contents: [String: [UInt8]]) -> Bool {
        [ContentCoding.brotli, .gzip].contains { coding in
            path.hasSuffix(coding.suffix)
                && contents[String(path.dropLast(coding.suffix.count))] != nil
        }
    }

    /// The codings of a file that lie beside it and are worth their name: smaller than the file.
    private static func codings(
        _ path: String, in contents: [String: [UInt8]]
    ) -> [ContentCoding: [UInt8]] {
        let size = contents[path]?.count ?? 0
        var codings: [ContentCoding: [UInt8]] = [:]
        for coding in [ContentCoding.brotli, .gzip] {
            guard let bytes = contents[path + coding.suffix], bytes.count < size else { continue }
            codings[coding] = bytes
        }
        return codings
    }

    /// Addresses within the console: no extension, and none of the server's own.
    private static func isPage(_ path: String) -> Bool {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        if name.contains(".") { return false }
        return !["/api", "/ws", "/metrics", "/health"].contains { own in
            path == own || path.hasPrefix(own + "/")
        }
    }

    /// Whether a browser goes to an address, rather than a page fetching something. Browsers that do
    /// not say so want a page by name. Source: W3C Fetch Metadata, section 2.2.
    private static func isNavigation(_ request: Request) -> Bool {
        if let mode = request.fields["sec-fetch-mode"] { return mode == "navigate" }
        return WeightedList("accept", in: request.fields)["text/html"] ?? 0 > 0
    }
}
