import Crypto
import Wire

/// One file of the console with its answers, made once and shared by all who ask.
struct StaticFile: Sendable {
    /// Strong: the digest of the content, in quotation marks.
    let tag: String
    let found: Response
    let unchanged: Response

    init(path: String, bytes: [UInt8]) {
        tag = "\"" + SHA256.hash(bytes).hex + "\""
        let caching = [
            ResponseField("etag", tag),
            ResponseField("cache-control", .constant(Self.caching(of: path))),
        ]
        let type = ResponseField("content-type", .constant(Self.type(of: path)))
        found = Response(
            status: 200, fields: [type] + caching + Self.security, body: .bytes(bytes))
        unchanged = Response(status: 304, fields: caching + Self.security)
    }

    /// What a page of ours may load, and who may show it: only this origin, and nobody in a frame.
    private static let security = [
        ResponseField(
            "content-security-policy",
            .constant(
                """
                default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; \
                frame-ancestors 'none'
                """)),
        ResponseField("x-content-type-options", .constant("nosniff")),
        ResponseField("referrer-policy", .constant("no-referrer")),
        ResponseField("cross-origin-opener-policy", .constant("same-origin")),
        ResponseField("cross-origin-resource-policy", .constant("same-origin")),
    ]

    /// A hashed name never changes its content; any other is asked for anew each time.
    private static func caching(of path: String) -> StaticString {
        isHashed(path) ? "public, max-age=31536000, immutable" : "no-cache"
    }

    /// Whether the name ends, before its extension, in the eight characters that a bundler makes of
    /// the content. In doubt it does not: the file is then only asked for more often.
    static func isHashed(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        let parts = name.split(whereSeparator: { $0 == "-" || $0 == "." }).dropLast()
        guard parts.count >= 2, let hash = parts.last, hash.utf8.count == 8 else { return false }
        let digits = hash.utf8.count { (0x30...0x39).contains($0) }
        let capitals = hash.utf8.count { (0x41...0x5A).contains($0) }
        return digits + capitals == 8 || digits > 0
    }

    private static func type(of path: String) -> StaticString {
        switch path.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json", "map": "application/json"
        case "webmanifest": "application/manifest+json"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "ico": "image/x-icon"
        case "webp": "image/webp"
        case "woff2": "font/woff2"
        case "mp3": "audio/mpeg"
        case "txt": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}
