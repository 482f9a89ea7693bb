import Testing

@testable import Wire

@Suite struct `A streamed answer in HTTP/1.1` {
    private static let stream = Response(
        status: 200, fields: [ResponseField("x-y", "z")], body: .stream)
    private static let head = "HTTP/1.1 200 OK\r\nx-y: z\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

    /// A connection that has been asked, and what it answered so far.
    private func asked(
        _ request: String, _ answer: Response = stream
    ) -> (HTTP1Connection, String) {
        var (connection, events, output) = (
            HTTP1Connection(maxima: maxima1), [HTTPEvent](), [UInt8]()
        )
        let bytes = Array(request.utf8)
        connection.receive(bytes.span, into: &events)
        #expect(events.count == 1)
        connection.respond(answer, date: noon, into: &output)
        return (connection, String(decoding: output, as: UTF8.self))
    }

    private func sent(_ pieces: [[UInt8]], on connection: inout HTTP1Connection) -> String {
        var output: [UInt8] = []
        for piece in pieces { connection.send(piece, into: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    private func ended(_ connection: inout HTTP1Connection) -> String {
        var output: [UInt8] = []
        connection.finishStream(into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `comes in chunks, none of them empty before the last`() {
        var (connection, head) = asked("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(head == Self.head + "transfer-encoding: chunked\r\n\r\n")
        let isStreaming = connection.isStreaming
        #expect(isStreaming && !connection.isIdle)
        let long = [UInt8](repeating: 0x78, count: 300)
        let chunks = sent([Array("hello".utf8), [], long], on: &connection)
        #expect(chunks == "5\r\nhello\r\n12c\r\n\(String(repeating: "x", count: 300))\r\n")
        #expect(ended(&connection) == "0\r\n\r\n")
        #expect(connection.isIdle && !connection.isFinished && !connection.isStreaming)
    }

    /// Source: RFC 9112, section 6.3, rule 8.
    @Test func `ends with the connection for a client of HTTP/1.0`() {
        var (connection, head) = asked("GET / HTTP/1.0\r\n\r\n")
        #expect(head == Self.head + "connection: close\r\n\r\n")
        #expect(sent([Array("hello".utf8), []], on: &connection) == "hello")
        #expect(!connection.isFinished)
        #expect(ended(&connection) == "" && connection.isFinished)
    }

    /// Source: RFC 9110, section 9.3.2.
    @Test func `is over at once for HEAD, and where no body may be`() {
        let (connection, head) = asked("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(head == Self.head + "transfer-encoding: chunked\r\n\r\n")
        #expect(connection.isIdle)
        let (other, bare) = asked(
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n", Response(status: 204, body: .stream))
        #expect(other.isIdle && !bare.contains("transfer-encoding"))
    }

    @Test func `keeps the next request until it is over`() {
        let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        var (connection, _) = asked(request + request)
        var events: [HTTPEvent] = []
        connection.resume(into: &events)
        let more = Array("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        connection.receive(more.span, into: &events)
        let isPaused = connection.isPaused
        #expect(events.isEmpty && isPaused)
        _ = ended(&connection)
        connection.resume(into: &events)
        #expect(events.count == 1)
    }

    @Test func `is the last when the connection is to end`() {
        var (connection, _) = asked("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        connection.shutdown()
        #expect(!connection.isFinished)
        #expect(ended(&connection) == "0\r\n\r\n" && connection.isFinished)
    }
}

@Suite struct `A streamed answer in HTTP/2` {
    private typealias Peer = `An HTTP/2 session`.Peer
    private typealias Frames = HTTP2Frames
    private static let tunnel = [
        (":method", "CONNECT"), (":protocol", "websocket"), (":path", "/ws"), (":scheme", "http"),
        (":authority", "a"), ("sec-websocket-version", "13"),
    ]

    /// A session that has been asked on stream 1.
    private func asked(_ frames: [UInt8], _ answer: Response? = nil) throws -> Peer {
        let peer = try Peer()
        try peer.send(Frames.greeting)
        _ = try peer.written()
        try peer.send(frames)
        if let answer { try peer.respond(1, answer) }
        return peer
    }

    private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `comes when there is something, and ends when told`() throws {
        let peer = try asked(Frames.request(1, "GET", "/"), Response(status: 200, body: .stream))
        let head = try peer.written()
        #expect(head.count == 1 && head[0].hasPrefix("HEADERS 1 :status=200"))
        #expect(!head[0].contains("content-length") && !head[0].hasSuffix(" end"))
        #expect(!peer.wantsWrite, "it waits")
        #expect(try peer.session.send(text("one"), stream: 1))
        #expect(try peer.session.send([], stream: 1))
        #expect(try peer.session.send(text("two"), stream: 1))
        #expect(try peer.written() == ["DATA 1 onetwo"])
        #expect(peer.session.untaken(1) == 0 && !peer.isIdle)
        _ = try peer.session.send(text("three"), stream: 1)
        try peer.session.finishStream(1)
        #expect(try peer.written() == ["DATA 1 three end"])
        #expect(peer.isIdle && peer.session.untaken(1) == 0)
        #expect(try !peer.session.send(text("late"), stream: 1))
    }

    @Test func `ends with an empty frame when nothing is left`() throws {
        let peer = try asked(Frames.request(1, "GET", "/"), Response(status: 200, body: .stream))
        _ = try peer.written()
        try peer.session.finishStream(1)
        #expect(try peer.written() == ["DATA 1  end"] && peer.isIdle)
    }

    @Test func `is over at once for HEAD`() throws {
        let peer = try asked(Frames.request(1, "HEAD", "/"), Response(status: 200, body: .stream))
        let head = try peer.written()
        #expect(head.count == 1 && head[0].hasSuffix(" end") && peer.isIdle)
    }

    @Test func `counts what the window keeps back`() throws {
        let peer = try asked(Frames.request(1, "GET", "/"), Response(status: 200, body: .stream))
        let piece = [UInt8](repeating: 0x78, count: 50_000)
        for _ in 0..<2 { _ = try peer.session.send(piece, stream: 1) }
        let data = try peer.written().dropFirst()
        #expect(data.reduce(0) { $0 + $1.count - "DATA 1 ".count } == 65_535)
        #expect(peer.session.untaken(1) == 100_000 - 65_535)
        try peer.send(
            Frames.frame(8, stream: 0, [0, 1, 0, 0]) + Frames.frame(8, stream: 1, [0, 1, 0, 0]))
        _ = try peer.written()
        #expect(peer.session.untaken(1) == 0)
    }

    @Test func `ends when the client gives it up, or we do`() throws {
        let given = try asked(Frames.request(1, "GET", "/"), Response(status: 200, body: .stream))
        _ = try given.written()
        try given.send(Frames.frame(3, stream: 1, [0, 0, 0, 8]))
        #expect(given.events.last == "cancelled #1" && given.isIdle)
        #expect(try !given.session.send(text("late"), stream: 1))
        try given.session.finishStream(1)
        let taken = try asked(Frames.request(1, "GET", "/"), Response(status: 200, body: .stream))
        _ = try taken.written()
        try taken.session.reset(1, code: 2)
        #expect(try taken.written() == ["RST_STREAM 1 2"] && taken.isIdle)
    }

    /// Source: RFC 8441, section 5.
    @Test func `is one half of a tunnel`() throws {
        let connect = Frames.headers(1, Self.tunnel, ends: false)
        let peer = try asked(connect + Frames.data(1, "early", ends: false))
        #expect(peer.events == ["connect /ws ? @a [sec-websocket-version=13]  #1"])
        try peer.respond(1, Response(status: 200, body: .stream))
        let early = peer.session.takeEarly(1)
        #expect(early.bytes == text("early") && !early.isEnd)
        try peer.send(Frames.data(1, "more", ends: false) + Frames.data(1, "last"))
        #expect(
            peer.events.dropFirst() == [
                "data \(text("more")) #1", "data \(text("last")) #1", "ended #1",
            ])
        _ = try peer.session.send(text("ours"), stream: 1)
        try peer.session.finishStream(1)
        #expect(try peer.written().last == "DATA 1 ours end" && peer.isIdle)
    }

    @Test(arguments: [(nil, 400), ("8", 400), ("13", 200)] as [(String?, Int)])
    func `opens a WebSocket of version 13`(version: String?, status: Int) {
        var head = RequestHead(method: .connect)
        head.protocolName = head.fields.keep("websocket")
        if let version { head.fields.append("sec-websocket-version", version) }
        let request = Request(head: head, body: [], count: 0, stream: 1)
        #expect(WebSocketHandshake.isAsked(by: request))
        let answer = WebSocketHandshake.answer(to: request)
        #expect(answer.status == status && answer["sec-websocket-accept"] == nil)
        #expect(
            answer["upgrade"] == nil && (answer["sec-websocket-version"] == "13") == (status == 400)
        )
    }
}
