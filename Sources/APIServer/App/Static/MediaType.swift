/// What kind of content a file has, by its name.
enum MediaType {
    static func of(_ path: String) -> StaticString {
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
