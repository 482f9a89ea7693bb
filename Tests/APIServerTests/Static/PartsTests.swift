import Testing
import Wire

@testable import APIServer

@Suite struct `A part of a file` {
    private let directory: ScratchDirectory
    private let files: StaticFiles
    private let tag: String

    init() throws {
        directory = try ScratchDirectory()
        try directory.write("index.html", [])
        try directory.write("alarm.mp3", Array("0123456789".utf8))
        try directory.write("alarm.mp3.gz", Array("abcde".utf8))
        files = try StaticFiles(directory: directory.path)
        tag = try #require(files.respond(to: Request(.get, "/alarm.mp3"))?["etag"])
    }

    private func get(
        _ range: String, _ others: KeyValuePairs<String, String> = [:],
        _ method: Wire.Method = .get, path: String = "/alarm.mp3"
    ) throws -> Response {
        var fields: HeaderBlock = ["range": range]
        for (name, value) in others { fields.append(name, value) }
        return try #require(files.respond(to: Request(method, path, fields: fields)))
    }

    private func text(_ response: Response) -> String {
        String(decoding: response.body.bytes, as: UTF8.self)
    }

    @Test(
        arguments: [
            ("bytes=0-0", "0", "bytes 0-0/10"), ("bytes=-3", "789", "bytes 7-9/10"),
            ("bytes=5-", "56789", "bytes 5-9/10"), ("bytes=8-99,20-", "89", "bytes 8-9/10"),
        ]) func `is sent with its place`(range: String, body: String, place: String) throws
    {
        let response = try get(range)
        #expect(response.status == 206 && text(response) == body)
        #expect(response["content-range"] == place && response["content-type"] == "audio/mpeg")
        #expect(response["etag"] == tag && response["vary"] == "accept-encoding")
        #expect(response["cache-control"] == "no-cache")
    }

    @Test func `may be several, each with its own`() throws {
        let response = try get("bytes=0-1, -2")
        let boundary = String(tag.dropFirst().dropLast())
        #expect(response.status == 206 && response["content-range"] == nil)
        #expect(response["content-type"] == "multipart/byteranges; boundary=\(boundary)")
        let head = "\r\n--\(boundary)\r\ncontent-type: audio/mpeg\r\ncontent-range: bytes "
        let body = "\(head)0-1/10\r\n\r\n01\(head)8-9/10\r\n\r\n89\r\n--\(boundary)--\r\n"
        #expect(text(response) == body)
    }

    @Test func `behind the end is refused with the length`() throws {
        let response = try get("bytes=10-")
        #expect(response.status == 416 && response["content-range"] == "bytes */10")
        #expect(response.body.bytes.isEmpty)
        #expect(try get("bytes=0-", path: "/index.html")["content-range"] == "bytes */0")
    }

    @Test(arguments: ["bytes=5-4", "lines=0-1", "bytes=x", "bytes=0-9,0-9"])
    func `that cannot be understood is the whole`(range: String) throws {
        let response = try get(range)
        #expect(response.status == 200 && response["accept-ranges"] == "bytes")
        #expect(text(response) == "0123456789")
    }

    @Test func `is sent only while the rest is what the client has`() throws {
        #expect(try get("bytes=0-0", ["if-range": tag]).status == 206)
        let date = "Sun, 06 Nov 1994 08:49:37 GMT"
        for value in ["\"x\"", "W/" + tag, date, "*", "", "\(tag), \(tag)"] {
            #expect(try get("bytes=0-0", ["if-range": value]).status == 200, "\(value)")
            #expect(try get("bytes=10-", ["if-range": value]).status == 200, "\(value)")
        }
        #expect(try get("bytes=0-0", ["if-range": tag, "If-Range": tag]).status == 200)
        #expect(try get("bytes=0-0", ["if-none-match": tag]).status == 304)
        #expect(try get("bytes=0-0", ["if-match": "\"x\""]).status == 412)
    }

    @Test func `is of the coded bytes, and then only one`() throws {
        let one = try get("bytes=1-2", ["accept-encoding": "gzip"])
        #expect(one.status == 206 && text(one) == "bc" && one["content-encoding"] == "gzip")
        #expect(one["content-range"] == "bytes 1-2/5" && one["etag"] != tag)
        let two = try get("bytes=0-0,2-2", ["accept-encoding": "gzip"])
        #expect(two.status == 200 && text(two) == "abcde")
    }

    @Test func `is for GET alone, and asked for once`() throws {
        #expect(try get("bytes=0-0", [:], .head).status == 200)
        #expect(try get("bytes=0-0", ["Range": "bytes=1-1"]).status == 200)
    }
}
