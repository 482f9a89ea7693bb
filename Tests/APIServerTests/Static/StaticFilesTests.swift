import Foundation
import Platform
import Testing
import Wire

@testable import APIServer

/// A directory that goes away with its test.
final class ScratchDirectory {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory
            .appending(path: "titan-static-\(UUID().uuidString)").path()
        try Files.makeDirectory(path)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Issue.record(error)
        }
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        if let slash = name.lastIndex(of: "/") {
            try Files.makeDirectory(path + "/" + name[..<slash])
        }
        try Files.replace(path + "/" + name, with: bytes)
    }
}

@Suite struct `The console's files` {
    private let directory: ScratchDirectory
    private let files: StaticFiles

    init() throws {
        directory = try ScratchDirectory()
        try directory.write("index.html", Array("<!doctype html>".utf8))
        try directory.write("main-4KXQ2A7B.js", Array("js".utf8))
        try directory.write("assets/fonts/Plain.woff2", [0, 1])
        try directory.write(".hidden", [])
        files = try StaticFiles(directory: directory.path)
    }

    private func get(_ path: String, _ fields: HeaderBlock = [:]) -> Response? {
        files.respond(to: Request(.get, path, fields: fields))
    }

    @Test(
        arguments: [
            ("/", "<!doctype html>", "text/html; charset=utf-8", "no-cache"),
            ("/index.html", "<!doctype html>", "text/html; charset=utf-8", "no-cache"),
            ("/?a=/x", "<!doctype html>", "text/html; charset=utf-8", "no-cache"),
            (
                "/main-4KXQ2A7B.js", "js", "text/javascript; charset=utf-8",
                "public, max-age=31536000, immutable"
            ),
            ("/assets/fonts/Plain.woff2", "\0\u{1}", "font/woff2", "no-cache"),
        ])
    func `are served by their names`(
        path: String, body: String, type: String, caching: String
    ) throws {
        let response = try #require(get(path))
        #expect(response.status == 200 && response.body.bytes == Array(body.utf8))
        #expect(response["content-type"] == type && response["cache-control"] == caching)
    }

    @Test(arguments: [
        "/nothing.js", "/../index.html", "/assets/../index.html", "/%69ndex.html", "//index.html",
        "/index.html/", "/assets", "/assets/fonts/", "/.hidden", "/index.html%00", "/etc/passwd",
    ])
    func `are all there is`(path: String) {
        #expect(get(path) == nil)
    }

    @Test func `say which page may load what, and who may show it`() throws {
        for response in [get("/"), get("/main-4KXQ2A7B.js")] {
            let policy = try #require(response?["content-security-policy"])
            #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
            #expect(policy.contains("frame-ancestors 'none'"))
            #expect(policy.contains("script-src 'self';") && !policy.contains("*"))
            #expect(response?["x-frame-options"] == "DENY")
            #expect(response?["referrer-policy"] == "no-referrer")
            #expect(response?["permissions-policy"]?.contains("camera=()") == true)
            #expect(response?["cross-origin-opener-policy"] == "same-origin")
            #expect(response?["cross-origin-resource-policy"] == "same-origin")
        }
    }

    @Test func `are not sent again to who has them`() throws {
        let tag = try #require(get("/")?["etag"])
        #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.utf8.count == 66)
        for value in [tag, "W/" + tag, "\"x\" , " + tag, "*"] {
            let response = try #require(get("/", ["if-none-match": value]))
            #expect(response.status == 304 && response.body.bytes.isEmpty, "\(value)")
            #expect(response["etag"] == tag)
        }
        for value in ["", "\"x\"", String(tag.dropLast())] {
            #expect(get("/", ["if-none-match": value])?.status == 200, "\(value)")
        }
        #expect(get("/main-4KXQ2A7B.js")?["etag"] != tag)
    }

    @Test func `refuse who expects another content`() throws {
        let tag = try #require(get("/")?["etag"])
        for value in ["\"x\"", "W/" + tag, ""] {
            #expect(get("/", ["if-match": value])?.status == 412, "\(value)")
        }
        for value in [tag, "\"x\", " + tag, "*"] {
            #expect(get("/", ["if-match": value])?.status == 200, "\(value)")
        }
        #expect(get("/", ["if-match": "\"x\"", "if-none-match": tag])?.status == 412)
        #expect(get("/", ["if-match": tag, "if-none-match": tag])?.status == 304)
    }

    @Test(
        arguments: [
            ("/inspector", true), ("/deep/link/to", true), ("/apiary", true), ("/healthy", true),
            ("/api", false), ("/api/v1/nothing", false), ("/ws", false), ("/ws/v1/stream", false),
            ("/metrics", false), ("/health", false), ("/health/live", false), ("/x.png", false),
        ])
    func `fall back to the console for its own addresses only`(path: String, falls: Bool) {
        #expect((get(path, ["accept": "text/html,*/*;q=0.8"]) != nil) == falls)
        #expect((get(path, ["accept": "*/*", "sec-fetch-mode": "navigate"]) != nil) == falls)
        for fields: HeaderBlock in [
            [:], ["accept": "*/*"], ["accept": "text/html;q=0"], ["accept": "text/htmlx"],
            ["accept": "text/html", "sec-fetch-mode": "cors"],
            ["accept": "text/html", "sec-fetch-mode": "no-cors"],
        ] {
            #expect(get(path, fields) == nil)
        }
    }

    @Test func `say what a fallen address depends on`() throws {
        let vary = try #require(get("/inspector", ["sec-fetch-mode": "navigate"])?["vary"])
        #expect(vary == "accept-encoding, accept, sec-fetch-mode")
        #expect(get("/")?["vary"] == "accept-encoding")
    }

    @Test func `are read, never written`() {
        #expect(files.respond(to: Request(.head, "/"))?.status == 200)
        for method in Wire.Method.allCases where method != .get && method != .head {
            #expect(files.respond(to: Request(method, "/")) == nil)
        }
    }

    @Test(
        arguments: [
            ("/a-4KXQ2A7B.js", true), ("/a.4kxq2a7b.css", true), ("/index-Bx3k_a9c.js", true),
            ("/Open-SemiBold.ttf", false), ("/4KXQ2A7B.js", false), ("/index.html", false),
            ("/a-4KXQ2A7.js", false), ("/a-4KXQ2A7B", false), ("/report-20251125.json", false),
        ])
    func `are kept for good when their names change with their content`(path: String, is: Bool) {
        #expect(StaticFile.isHashed(path) == `is`)
    }

    @Test func `do not start without an index, or with what cannot be served`() throws {
        let scratch = try ScratchDirectory()
        #expect(throws: StaticFilesError.noIndex(directory: scratch.path)) {
            try StaticFiles(directory: scratch.path)
        }
        try scratch.write("index.html", [])
        try scratch.write("a b", [])
        #expect(throws: StaticFilesError.notServable(path: scratch.path + "/a b")) {
            try StaticFiles(directory: scratch.path)
        }
        let linked = try ScratchDirectory()
        _ = unsafe symlink("/etc/passwd", linked.path + "/index.html")
        #expect(throws: StaticFilesError.notServable(path: linked.path + "/index.html")) {
            try StaticFiles(directory: linked.path)
        }
        #expect(throws: StaticFilesError.self) { try StaticFiles(directory: linked.path + "/no") }
    }

    @Test func `have a maximum`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write(
            "index.html", [UInt8](repeating: 0, count: Limits.Static.fileBytesMaximum + 1))
        #expect(throws: StaticFilesError.self) { try StaticFiles(directory: scratch.path) }
        let deep = try ScratchDirectory()
        try deep.write("1/2/3/4/x", [])
        #expect(throws: StaticFilesError.self) { try StaticFiles(directory: deep.path) }
    }
}
