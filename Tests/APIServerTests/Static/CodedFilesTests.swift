import Testing
import Wire

@testable import APIServer

@Suite struct `A file that lies there compressed` {
    private let directory: ScratchDirectory
    private let files: StaticFiles
    private let plain = [UInt8](repeating: 0x61, count: 100)

    init() throws {
        directory = try ScratchDirectory()
        try directory.write("index.html", plain)
        try directory.write("index.html.gz", Array("GZ".utf8))
        try directory.write("main-4KXQ2A7B.js", plain)
        try directory.write("main-4KXQ2A7B.js.br", Array("B".utf8))
        try directory.write("main-4KXQ2A7B.js.gz", Array("GZ".utf8))
        try directory.write("small.txt", [1])
        try directory.write("small.txt.gz", [1, 2])
        try directory.write("alone.gz", [3])
        files = try StaticFiles(directory: directory.path)
    }

    private func get(_ path: String, _ accepted: String?) throws -> Response {
        var fields: HeaderBlock = ["accept": "text/html"]
        if let accepted { fields.append("accept-encoding", accepted) }
        return try #require(files.respond(to: Request(.get, path, fields: fields)))
    }

    @Test(
        arguments: [
            (nil, nil), ("", nil), ("identity", nil), ("deflate", nil), ("br", "br"),
            ("gzip", "gzip"), ("x-gzip", "gzip"), ("gzip, deflate, br", "br"), ("*", "br"),
            ("gzip;q=1.0, br;q=0.9", "gzip"), ("gzip;q=0.1", "gzip"), ("br;q=0, *", "gzip"),
            ("br;q=0.5, identity", nil), ("br;q=0", nil), ("gzip;q=0, br;q=0", nil),
            ("BR", "br"), ("*;q=0, gzip", "gzip"), ("identity;q=0, gzip", "gzip"),
            ("brotli", nil), ("br;q=9", nil),
        ] as [(String?, String?)])
    func `comes as its reader likes it best`(accepted: String?, coding: String?) throws {
        let response = try get("/main-4KXQ2A7B.js", accepted)
        #expect(response.status == 200 && response["content-encoding"] == coding)
        let bodies = ["br": Array("B".utf8), "gzip": Array("GZ".utf8)]
        #expect(response.body.bytes == coding.map { bodies[$0]! } ?? plain)
        #expect(response["content-type"] == "text/javascript; charset=utf-8")
        #expect(response["cache-control"] == "public, max-age=31536000, immutable")
        #expect(response["vary"] == "accept-encoding")
    }

    @Test(arguments: ["*;q=0", "identity;q=0", "identity;q=0, br;q=0, gzip;q=0"])
    func `is not forced on who takes none of it`(accepted: String) throws {
        let response = try get("/small.txt", accepted)
        #expect(response.status == 406 && response["vary"] == "accept-encoding")
    }

    @Test func `has a tag for each coding`() throws {
        let tags = try [nil, "gzip", "br"].map { try get("/main-4KXQ2A7B.js", $0)["etag"]! }
        #expect(Set(tags).count == 3)
        for (place, accepted) in ["identity", "gzip", "br"].enumerated() {
            for (other, tag) in tags.enumerated() {
                let response = files.respond(
                    to: Request(
                        .get, "/main-4KXQ2A7B.js",
                        fields: ["accept-encoding": accepted, "if-none-match": tag]))
                #expect(response?.status == (place == other ? 304 : 200))
                #expect(response?["vary"] == "accept-encoding")
            }
        }
    }

    @Test func `is one for the page, its name and addresses of the console`() throws {
        for path in ["/", "/index.html", "/inspector"] {
            #expect(try get(path, "gzip").body.bytes == Array("GZ".utf8))
            #expect(try get(path, "br").body.bytes == plain)
        }
    }

    @Test func `has no name but the file's own`() throws {
        for path in ["/main-4KXQ2A7B.js.br", "/main-4KXQ2A7B.js.gz", "/index.html.gz"] {
            #expect(files.respond(to: Request(.get, path)) == nil)
        }
        #expect(try get("/alone.gz", nil).body.bytes == [3])
    }

    @Test func `is left alone when that saves nothing`() throws {
        #expect(try get("/small.txt", "gzip")["content-encoding"] == nil)
    }
}
