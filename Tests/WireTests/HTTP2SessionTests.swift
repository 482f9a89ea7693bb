import TestSupport
import Testing

@testable import Wire

private typealias Frames = HTTP2Frames

@Suite struct `An HTTP/2 session` {
    /// A session with its transcript: what was understood, and what was written.
    final class Peer {
        var session: HTTP2Session
        var events: [String] = []
        let transcript = HTTP2Transcript()

        init(streams: Int = 4, body: Int = 32) throws {
            var maxima = HTTP2Maxima(
                concurrentStreams: streams, fieldSectionBytes: 512, fields: 12, bodyBytes: body)
            maxima.resetBurst = 8
            session = try HTTP2Session(maxima: maxima)
        }

        func send(_ bytes: [UInt8]) throws { try send(bytes.span) }

        func send(_ bytes: Span<UInt8>) throws {
            var new: [HTTPEvent] = []
            try session.receive(bytes, into: &new)
            events += new.map(describe)
        }

        var isIdle: Bool { session.isIdle }
        var isFinished: Bool { session.isFinished }
        var wantsWrite: Bool { session.wantsWrite }
        var hasFaults: Bool { session.hasFaults }
        var deadline: Int64 { session.deadline }

        @discardableResult
        func respond(_ stream: Int32, _ response: Response) throws(HTTP2Error) -> Bool {
            try session.respond(stream: stream, response, date: noon)
        }

        /// What the session writes, one line a frame, without SETTINGS and windows.
        func written() throws -> [String] {
            var output: [UInt8] = []
            try session.drain(into: &output, bytesMaximum: 1 << 20)
            return transcript.lines(output).filter {
                !$0.hasPrefix("SETTINGS") && !$0.hasPrefix("WINDOW_UPDATE")
            }
        }
    }

    private static let examples: [(String, [UInt8], [String])] = [
        (
            "indexed fields",  // HPACK, RFC 7541 appendix A.
            [0, 0, 6, 1, 5, 0, 0, 0, 1, 0x82, 0x84, 0x87, 0x41, 1, 0x61],
            ["get / ? @a []  #1"]
        ),
        (
            "literal fields", Frames.request(1, "GET", "/x?y", [("x-a", "b")]),
            ["get /x ?y @a [x-a=b]  #1"]
        ),
        (
            "a body in two frames",
            Frames.request(1, "POST", "/p", ends: false) + Frames.data(1, "he", ends: false)
                + Frames.data(1, "llo"),
            ["post /p ? @a [] hello #1"]
        ),
        (
            "two requests, the second complete first",
            Frames.request(1, "PUT", "/1", ends: false) + Frames.request(3, "HEAD", "/3")
                + Frames.data(1, "x"),
            ["head /3 ? @a []  #3", "put /1 ? @a [] x #1"]
        ),
        (
            "trailers, which are dropped",
            Frames.request(1, "POST", "/p", ends: false) + Frames.data(1, "x", ends: false)
                + Frames.headers(1, [("t", "u")]),
            ["post /p ? @a [] x #1"]
        ),
        (
            "a cookie in pieces",
            Frames.request(1, "GET", "/", [("cookie", "a=1"), ("x", "y"), ("cookie", "b=2")]),
            ["get / ? @a [cookie=a=1; b=2|x=y]  #1"]
        ),
        (
            "host in the place of :authority",
            Frames.headers(
                1, [(":method", "GET"), (":path", "/"), (":scheme", "http"), ("host", "h")]),
            ["get / ? @h [host=h]  #1"]
        ),
        (
            "a field section in two frames",
            Frames.frame(1, flags: 1, stream: 1, [0x82, 0x84])
                + Frames.frame(9, flags: 4, stream: 1, [0x87, 0x41, 1, 0x61]),
            ["get / ? @a []  #1"]
        ),
        (
            "a method that does not exist", Frames.request(1, "BREW", "/"),
            ["501 method_unknown #1"]
        ),
        (
            "a body announced too long",
            Frames.request(1, "POST", "/", [("content-length", "33")], ends: false),
            ["413 body_too_long #1"]
        ),
        (
            "a body that grows too long",
            Frames.request(1, "POST", "/", ends: false)
                + Frames.data(1, String(repeating: "x", count: 33), ends: false)
                + Frames.data(1, "y"), ["413 body_too_long #1"]
        ),
        (
            "too many fields",
            Frames.request(1, "GET", "/", (0..<12).map { ("x\($0)", "y") }),
            ["431 field_section_too_long #1"]
        ),
        (
            "too long fields",
            Frames.request(1, "GET", "/", [("x", String(repeating: "y", count: 512))]),
            ["431 field_section_too_long #1"]
        ),
        (
            "a host that is not the authority",
            Frames.request(1, "GET", "/", [("host", "b")]), ["400 host_invalid #1"]
        ),
        (
            "another scheme's address",
            Frames.headers(
                1,
                [(":method", "GET"), (":path", "x"), (":scheme", "ftp"), (":authority", "a")]),
            ["400 target_invalid #1"]
        ),
        (
            "the server as a whole",
            Frames.request(1, "OPTIONS", "*"), ["options * ? @a []  #1"]
        ),
        (
            "a reset",
            Frames.request(1, "GET", "/") + Frames.frame(3, stream: 1, [0, 0, 0, 8]),
            ["get / ? @a []  #1", "cancelled #1"]
        ),
    ]

    @Test(arguments: examples)
    func `says the same however the bytes are cut`(
        name: String, bytes: [UInt8], events: [String]
    ) throws {
        let bytes = Frames.greeting + bytes
        for cut in 0...bytes.count {
            let peer = try Peer()
            try peer.send(bytes.span.extracting(first: cut))
            try peer.send(bytes.span.extracting(droppingFirst: cut))
            #expect(peer.events == events, "cut at \(cut)")
        }
    }

    /// nghttp2 resets a stream whose request is malformed; nothing is handed out.
    @Test(
        arguments: [
            ("no path", [(":method", "GET"), (":scheme", "http")]),
            ("path twice", [(":method", "GET"), (":path", "/"), (":path", "/"), (":scheme", "h")]),
            ("upper case", [(":method", "GET"), (":path", "/"), (":scheme", "h"), ("X", "y")]),
            (
                "a connection field",
                [
                    (":method", "GET"), (":path", "/"), (":scheme", "http"),
                    ("connection", "close"),
                ]
            ),
            ("a late pseudo-field", [(":method", "GET"), ("x", "y"), (":path", "/")]),
            (
                "a line break",
                [(":method", "GET"), (":path", "/"), (":scheme", "h"), ("x", "\r\n")]
            ),
            ("no slash", [(":method", "GET"), (":path", "x"), (":scheme", "http")]),
        ] as [(String, [(String, String)])])
    func `refuses a malformed request`(name: String, fields: [(String, String)]) throws {
        let peer = try Peer()
        try peer.send(Frames.greeting + Frames.headers(1, fields))
        #expect(peer.events.isEmpty)
        #expect(try peer.written() == ["RST_STREAM 1 1"])
    }

    @Test func `writes its settings first`() throws {
        let peer = try Peer()
        var output: [UInt8] = []
        try peer.session.drain(into: &output, bytesMaximum: 1 << 20)
        #expect(
            output.prefix(9 + 30) == [
                0, 0, 30, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4, 0, 4, 0, 0, 255, 255, 0, 6, 0, 0, 2,
                0, 0, 9, 0, 0, 0, 1, 0, 8, 0, 0, 0, 1,
            ])
    }

    @Test func `writes whole answers side by side`() throws {
        let peer = try Peer()
        try peer.send(
            Frames.greeting + Frames.request(1, "GET", "/") + Frames.request(3, "HEAD", "/")
                + Frames.request(5, "GET", "/"))
        let json = Response.json(200, Array("{}".utf8))
        #expect(try peer.respond(1, json))
        #expect(try peer.respond(3, json))
        #expect(
            try peer.respond(5, Response(status: 204, fields: [ResponseField("x", "y")])))
        let date = "date=Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(
            try peer.written() == [
                "HEADERS 1 :status=200|content-type=application/json|\(date)|content-length=2",
                "HEADERS 3 :status=200|content-type=application/json|\(date)|content-length=2 end",
                "HEADERS 5 :status=204|x=y|\(date) end", "DATA 1 {} end",
            ])
        #expect(peer.isIdle)
    }

    @Test func `answers a refusal and resets what is still being sent`() throws {
        let peer = try Peer()
        try peer.send(
            Frames.greeting
                + Frames.request(1, "POST", "/", [("content-length", "99")], ends: false))
        #expect(peer.events == ["413 body_too_long #1"])
        try peer.respond(1, WireError.bodyTooLong.response)
        let written = try peer.written()
        #expect(written.count == 3 && written[0].hasPrefix("HEADERS 1 :status=413|"))
        #expect(written[2] == "RST_STREAM 1 0")
        #expect(peer.isIdle)
    }

    @Test func `sends no more than the client's window, and the rest later`() throws {
        let peer = try Peer()
        try peer.send(Frames.greeting + Frames.request(1, "GET", "/"))
        let body = [UInt8](repeating: 0x78, count: 100_000)
        try peer.respond(1, Response(status: 200, body: .bytes(body)))
        func count(_ lines: [String]) -> Int {
            lines.filter { $0.hasPrefix("DATA") }.joined().count { $0 == "x" }
        }
        #expect(count(try peer.written()) == 65_535)
        for stream: UInt32 in [0, 1] {
            try peer.send(Frames.frame(8, stream: stream, [0, 1, 0, 0]))
        }
        let rest = try peer.written()
        #expect(count(rest) == 34_465 && rest.last?.hasSuffix(" end") == true)
    }

    @Test func `writes in portions`() throws {
        let peer = try Peer()
        try peer.send(Frames.greeting + Frames.request(1, "GET", "/"))
        try peer.respond(
            1, Response(status: 200, body: .bytes([UInt8](repeating: 0, count: 60_000))))
        var output: [UInt8] = []
        try peer.session.drain(into: &output, bytesMaximum: 20_000)
        #expect(output.count < 40_000 && peer.wantsWrite)
        try peer.session.drain(into: &output, bytesMaximum: 1 << 20)
        #expect(output.count > 60_000 && !peer.wantsWrite)
    }

    @Test func `lets a body come that waits for leave`() throws {
        let peer = try Peer()
        try peer.send(
            Frames.greeting
                + Frames.request(1, "POST", "/", [("expect", "100-continue")], ends: false))
        #expect(try peer.written() == ["HEADERS 1 :status=100"])
        try peer.send(Frames.data(1, "x"))
        #expect(peer.events == ["post / ? @a [expect=100-continue] x #1"])
    }

    @Test func `does not answer what the client has given up`() throws {
        let peer = try Peer()
        try peer.send(Frames.greeting + Frames.request(1, "GET", "/"))
        try peer.send(Frames.frame(3, stream: 1, [0, 0, 0, 8]))
        #expect(try !peer.respond(1, .json(200, [])))
        #expect(try !peer.respond(99, .json(200, [])))
        #expect(try peer.written().isEmpty)
    }

    @Test func `never sends a field that breaks a rule`() throws {
        let peer = try Peer()
        try peer.send(Frames.greeting + Frames.request(1, "GET", "/"))
        try peer.respond(1, Response(status: 200, fields: [ResponseField("x", "\r\n")]))
        #expect(try peer.written().first?.hasPrefix("HEADERS 1 :status=500|date=") == true)
    }

    @Test func `refuses more streams than it announced`() throws {
        let peer = try Peer(streams: 2)
        try peer.send(
            Frames.greeting + Frames.request(1, "GET", "/") + Frames.request(3, "GET", "/")
                + Frames.request(5, "GET", "/"))
        #expect(peer.events.count == 2)
        #expect(try peer.written() == ["RST_STREAM 5 7"])
    }

    @Test func `ends with a client that opens and resets without end`() throws {
        let peer = try Peer()
        try peer.send(Frames.greeting)
        for index: UInt32 in 0..<20 {
            try peer.send(
                Frames.request(index * 2 + 1, "GET", "/")
                    + Frames.frame(3, stream: index * 2 + 1, [0, 0, 0, 8]))
        }
        #expect(try peer.written().last?.hasPrefix("GOAWAY") == true)
        #expect(peer.isFinished)
    }

    /// A window that overflows is an error of the stream, which nghttp2 resets itself.
    @Test func `ends with a client that has its streams reset without end`() throws {
        let peer = try Peer()
        var lines: [String] = []
        try peer.send(Frames.greeting)
        for index: UInt32 in 0..<20 {
            try peer.send(
                Frames.request(index * 2 + 1, "GET", "/")
                    + Frames.frame(8, stream: index * 2 + 1, [127, 255, 255, 255]))
            lines += try peer.written()
            if peer.isFinished { break }
        }
        #expect(peer.events.count { $0.hasPrefix("cancelled") } == 9)
        #expect(lines.last == "GOAWAY 19 11" && peer.isFinished)
    }

    @Test func `ends with a client that never ends a field section`() throws {
        let peer = try Peer()
        try peer.send(Frames.greeting + Frames.frame(1, stream: 1, [0x82]))
        #expect(throws: HTTP2Error.self) {
            for _ in 0..<20 { try peer.send(Frames.frame(9, stream: 1)) }
        }
    }

    @Test func `refuses a peer that does not speak HTTP/2`() throws {
        let peer = try Peer()
        let thrown = #expect(throws: HTTP2Error.self) {
            try peer.send(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        }
        #expect(thrown?.description == "HTTP/2: Received bad client magic byte string")
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `survives anything`(seed: UInt64) throws {
        var random = Seeded(seed: seed)
        for _ in 0..<100 {
            let peer = try Peer()
            try peer.send(Frames.greeting)
            let bytes = Self.examples.shuffled(using: &random).prefix(3).flatMap(\.1)
            do throws(HTTP2Error) {
                var new: [HTTPEvent] = []
                let changed = mutated(Array(bytes), using: &random)
                try peer.session.receive(changed.span, into: &new)
                for case .request(let request) in new {
                    try peer.respond(request.stream, .text(200, "ok"))
                }
                var output: [UInt8] = []
                try peer.session.drain(into: &output, bytesMaximum: 1 << 20)
                #expect(peer.transcript.lines(output).allSatisfy { !$0.contains("broken") })
            } catch {
                #expect(error.code < 0)
            }
        }
    }
}
