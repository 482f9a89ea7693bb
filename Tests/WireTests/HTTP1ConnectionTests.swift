import TestSupport
import Testing

@testable import Wire

@Suite struct `An HTTP/1.1 connection` {
    static let examples: [(String, [String])] = [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", ["get / ? @a [host=a]  #0"]),
        (
            "GET /x/y?b=1?2 HTTP/1.1\r\nHOST:a:80\r\nX-Y:  z \t\r\nEmpty:\r\n\r\n",
            ["get /x/y ?b=1?2 @a:80 [host=a:80|x-y=z|empty=]  #0"]
        ),
        (
            "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
            ["post /p ? @a [host=a|content-length=5] hello #0"]
        ),
        (
            "PUT /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "3\r\nhel\r\n0A;x=\"y\"\r\nlo, world.\r\n0\r\nTrailer: t\r\n\r\n",
            ["put /p ? @a [host=a|transfer-encoding=Chunked] hello, world. #0"]
        ),
        (
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n"
                + "ab\r\nHEAD /3 HTTP/1.1\r\nHost: a\r\n\r\n",
            [
                "get /1 ? @a [host=a]  #0", "post /2 ? @a [host=a|content-length=2] ab #0",
                "head /3 ? @a [host=a]  #0",
            ]
        ),
        (
            "GET http://b:8080/q?r HTTP/1.1\r\nHost: a\r\n\r\n",
            ["get /q ?r @b:8080 [host=a]  #0"]
        ),
        ("GET HTTPS://b?r HTTP/1.1\r\nHost: a\r\n\r\n", ["get / ?r @b [host=a]  #0"]),
        ("OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n", ["options * ? @ [host=]  #0"]),
        ("GET /old HTTP/1.0\r\n\r\n", ["get /old ? @ []  #0"]),
        (
            "POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\nx",
            ["continue", "post /e ? @a [host=a|expect=100-Continue|content-length=1] x #0"]
        ),
        ("GET  / HTTP/1.1\r\n", ["400 request_line_malformed #0"]),
        ("\r\nGET / HTTP/1.1\r\nHost: é\u{80}\r\n\r\n", ["400 host_invalid #0"]),
    ]

    @Test(arguments: examples)
    func `hands out requests in order`(text: String, events: [String]) {
        #expect(Conversation.of(text).events == events)
    }

    @Test(arguments: examples)
    func `says the same however the bytes are cut`(text: String, events: [String]) {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var conversation = Conversation()
            conversation.send(bytes.span.extracting(first: cut))
            conversation.send(bytes.span.extracting(droppingFirst: cut))
            #expect(conversation.events == events, "cut at \(cut)")
        }
        var conversation = Conversation()
        for index in bytes.indices { conversation.send(bytes.span.extracting(index...index)) }
        #expect(conversation.events == events, "byte by byte")
    }

    /// One row a rule. Source: RFC 9112.
    @Test(
        arguments: [
            ("GET / HTTP/1.1\nHost: a\r\n\r\n", "400 bare_line_feed"),
            ("GET / HTTP/1.1\r\nHost: a\n\r\n", "400 bare_line_feed"),
            ("GET / HTTP/1.1\r\nHost: a\r\n\n", "400 bare_line_feed"),
            ("GET /\r HTTP/1.1\r\n", "400 target_invalid"),
            ("\r\n\r\n", "400 request_line_malformed"),
            ("GET /\r\n", "400 request_line_malformed"),
            ("GET / HTTP/1.1 \r\n", "400 request_line_malformed"),
            ("GET\t/ HTTP/1.1\r\n", "400 request_line_malformed"),
            ("G(T / HTTP/1.1\r\n", "400 request_line_malformed"),
            (" / HTTP/1.1\r\n", "400 request_line_malformed"),
            ("GET / http/1.1\r\n", "400 request_line_malformed"),
            ("GET / HTTP/1.10\r\n", "400 request_line_malformed"),
            ("GET / HTTP/2.0\r\n", "505 version_unknown"),
            ("GET / HTTP/1.2\r\n", "505 version_unknown"),
            ("get / HTTP/1.1\r\n", "501 method_unknown"),
            ("BREW / HTTP/1.1\r\n", "501 method_unknown"),
            ("CONNECT a:1 HTTP/1.1\r\n", "501 method_unknown"),
            ("GET x HTTP/1.1\r\n", "400 target_invalid"),
            ("GET * HTTP/1.1\r\n", "400 target_invalid"),
            ("GET /#f HTTP/1.1\r\n", "400 target_invalid"),
            ("GET /\u{1} HTTP/1.1\r\n", "400 target_invalid"),
            ("GET /\u{7f} HTTP/1.1\r\n", "400 target_invalid"),
            ("GET /é HTTP/1.1\r\n", "400 target_invalid"),
            ("GET ftp://a/ HTTP/1.1\r\n", "400 target_invalid"),
            ("GET http:///x HTTP/1.1\r\n", "400 target_invalid"),
            ("GET http://u@a/ HTTP/1.1\r\n", "400 target_invalid"),
            ("GET /\(String(repeating: "x", count: 64)) HTTP/1.1\r\n", "414 request_line_too_long"),
            (String(repeating: "x", count: 80), "414 request_line_too_long"),
            ("GET / HTTP/1.1\r\nHost : a\r\n", "400 field_name_invalid"),
            ("GET / HTTP/1.1\r\nHost\r\n", "400 field_name_invalid"),
            ("GET / HTTP/1.1\r\n: a\r\n", "400 field_name_invalid"),
            ("GET / HTTP/1.1\r\nHö: a\r\n", "400 field_name_invalid"),
            ("GET / HTTP/1.1\r\nA: b\r\n c\r\n", "400 folded_field"),
            ("GET / HTTP/1.1\r\n\tA: b\r\n", "400 folded_field"),
            ("GET / HTTP/1.1\r\nA: b\rc\r\n", "400 field_value_invalid"),
            ("GET / HTTP/1.1\r\nA: b\0c\r\n", "400 field_value_invalid"),
            ("GET / HTTP/1.1\r\nA: \u{7f}\r\n", "400 field_value_invalid"),
            (
                "GET / HTTP/1.1\r\nA: \(String(repeating: "x", count: 520))",
                "431 field_section_too_long"
            ),
            (
                "GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 9),
                "431 field_section_too_long"
            ),
            ("GET / HTTP/1.1\r\n\r\n", "400 host_missing"),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "400 host_missing"),
            ("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", "400 host_missing"),
            ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400 host_invalid"),
            ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400 host_invalid"),
            ("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", "400 host_invalid"),
            ("GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n", "400 host_invalid"),
            ("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "400 host_invalid"),
            ("GET / HTTP/1.1\r\nHost: [::g]\r\n\r\n", "400 host_invalid"),
            ("GET / HTTP/1.1\r\nHost: %6\r\n\r\n", "400 host_invalid"),
            ("GET http://a:x/ HTTP/1.1\r\nHost: a\r\n\r\n", "400 target_invalid"),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "400 framing_ambiguous"
            ),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "400 framing_ambiguous"
            ),
            (
                "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                "400 framing_ambiguous"
            ),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
                "400 framing_ambiguous"
            ),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
                "400 framing_ambiguous"
            ),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                "501 transfer_coding_unknown"
            ),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", "400 length_invalid"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", "400 length_invalid"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", "400 length_invalid"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 33\r\n\r\n", "413 body_too_long"),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
                "413 body_too_long"
            ),
        ])
    func `refuses what breaks a rule`(text: String, refusal: String) {
        var conversation = Conversation.of(text)
        #expect(conversation.events == [refusal + " #0"])
        #expect(conversation.connection.isFinished)
        #expect(conversation.written.contains("connection: close\r\n"))
        conversation.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(conversation.events.count == 1, "nothing is read after a refusal")
    }

    @Test(
        arguments: [
            ("x\r\n", "400 chunk_invalid"), ("\r\n", "400 chunk_invalid"),
            ("1 \r\nx\r\n", "400 chunk_invalid"), ("-1\r\n", "400 chunk_invalid"),
            ("0x1\r\n", "400 chunk_invalid"), ("00000000000000001\r\n", "400 chunk_invalid"),
            ("1\r\nxy\r\n", "400 chunk_invalid"),
            ("1\nx\r\n", "400 bare_line_feed"), ("1\r\nx\n", "400 bare_line_feed"),
            ("1;\rx\r\n", "400 chunk_invalid"),
            ("1;" + String(repeating: "x", count: 600) + "\r\n", "400 chunk_invalid"),
            ("21\r\n", "413 body_too_long"), ("FFFFFFFFFFFFFFFFF\r\n", "413 body_too_long"),
            ("20\r\n12345678901234567890123456789012\r\n1\r\n", "413 body_too_long"),
            ("0\r\nA b\r\n", "400 field_name_invalid"), ("0\r\n A: b\r\n", "400 folded_field"),
            ("0\r\n" + String(repeating: "A: b\r\n", count: 9), "431 field_section_too_long"),
        ])
    func `refuses a body in broken chunks`(body: String, refusal: String) {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(Conversation.of(head + body).events == [refusal + " #0"])
    }

    @Test func `keeps a second request until the first is answered`() {
        var connection = HTTP1Connection(maxima: maxima1)
        let bytes = Array(
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        var (events, output): ([HTTPEvent], [UInt8]) = ([], [])
        connection.receive(bytes.span, into: &events)
        #expect(events.map(describe) == ["get /1 ? @a [host=a]  #0"])
        connection.resume(into: &events)
        #expect(events.count == 1, "nothing is read before the answer")
        connection.respond(.text(200, "1"), date: noon, into: &output)
        connection.resume(into: &events)
        #expect(events.map(describe).last == "get /2 ? @a [host=a]  #0")
    }

    @Test func `ends rather than keep more than its maximum`() {
        var connection = HTTP1Connection(maxima: maxima1)
        let request = Array("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        var (events, output): ([HTTPEvent], [UInt8]) = ([], [])
        for _ in 0..<2 { connection.receive(request.span, into: &events) }
        let paused = connection.isPaused
        #expect(paused)
        for _ in 0..<100 { connection.receive(request.span, into: &events) }
        #expect(events.count == 1)
        connection.respond(Response(status: 200), date: noon, into: &output)
        #expect(connection.isFinished)
    }

    @Test(
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", false),
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", true),
            ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true),
        ])
    func `ends when it has to`(text: String, ends: Bool) {
        let conversation = Conversation.of(text)
        #expect(conversation.connection.isFinished == ends)
        #expect(conversation.written.contains("connection: close") == ends)
    }

    @Test func `ends at once when idle, and after the answer when not`() {
        var idle = HTTP1Connection(maxima: maxima1)
        idle.shutdown()
        #expect(idle.isFinished)
        var busy = Conversation()
        busy.send("GET / HTT")
        busy.connection.shutdown()
        #expect(!busy.connection.isFinished)
        busy.send("P/1.1\r\nHost: a\r\n\r\n")
        #expect(busy.connection.isFinished && busy.written.contains("connection: close"))
    }

    @Test func `hands the bytes after an upgrade to the next protocol`() {
        var conversation = Conversation()
        let head = "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"
        conversation.send(head + "first", answer: Response(status: 101))
        let more = Array("second".utf8)
        var events: [HTTPEvent] = []
        conversation.connection.receive(more.span, into: &events)
        #expect(conversation.connection.switchProtocol() == Array("firstsecond".utf8))
        #expect(conversation.events.count == 1 && events.isEmpty)
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `survives anything`(seed: UInt64) {
        var random = Seeded(seed: seed)
        for _ in 0..<100 {
            let text = Self.examples.randomElement(using: &random)?.0 ?? ""
            let bytes = mutated(Array(text.utf8), using: &random)
            let cut = Int.random(in: 0...bytes.count, using: &random)
            var (whole, parts) = (Conversation(), Conversation())
            whole.send(bytes.span)
            parts.send(bytes.span.extracting(first: cut))
            parts.send(bytes.span.extracting(droppingFirst: cut))
            #expect(whole.events == parts.events, "seed \(seed), cut at \(cut): \(bytes)")
            #expect(whole.output == parts.output, "seed \(seed), cut at \(cut): \(bytes)")
        }
    }
}
