import Testing

@testable import Wire

@Suite struct `A WebSocket handshake` {
    private func answer(_ change: (name: String, value: String?)? = nil) -> Response {
        var fields = HeaderBlock()
        let usual = [
            ("host", "a"), ("upgrade", "websocket"), ("connection", "keep-alive, Upgrade"),
            ("sec-websocket-version", "13"), ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
        for (name, value) in usual {
            guard let change, change.name == name else {
                fields.append(name, value)
                continue
            }
            if let value = change.value { fields.append(name, value) }
        }
        return WebSocketHandshake.answer(to: Request(.get, "/ws", fields: fields))
    }

    /// Source: RFC 6455, section 1.3.
    @Test func `accepts the example of the standard`() {
        let answer = answer()
        #expect(answer.status == 101 && answer["upgrade"] == "websocket")
        #expect(answer["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        var conversation = Conversation()
        conversation.send("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n", answer: answer)
        #expect(conversation.written.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
        #expect(!conversation.written.contains("content-length"))
    }

    @Test(
        arguments: [
            ("upgrade", nil, 426), ("upgrade", "h2c", 426), ("connection", "keep-alive", 426),
            ("sec-websocket-version", nil, 426), ("sec-websocket-version", "8", 426),
            ("sec-websocket-key", nil, 400), ("sec-websocket-key", "", 400),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=", 400),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ!=", 400),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZTEy", 400),
        ] as [(String, String?, Int)])
    func `refuses what breaks a rule`(name: String, value: String?, status: Int) {
        let answer = answer((name, value))
        #expect(answer.status == status)
        #expect((answer["sec-websocket-version"] == "13") == (status == 426))
        var conversation = Conversation()
        conversation.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n", answer: answer)
        #expect(conversation.written.hasPrefix("HTTP/1.1 \(status) "))
        #expect(conversation.written.contains("connection: Upgrade\r\n") == (status == 426))
    }

    /// Source: RFC 9110, section 7.8.
    @Test func `is not for HTTP/1.0`() {
        var head = RequestHead(
            method: .get, fields: ["upgrade": "websocket", "connection": "upgrade"])
        head.isHTTP10 = true
        let request = Request(head: head, body: [], count: 0, stream: 0)
        #expect(!WebSocketHandshake.isAsked(by: request))
        #expect(WebSocketHandshake.answer(to: request).status == 426)
    }

    @Test func `is a GET`() {
        #expect(WebSocketHandshake.answer(to: Request(.post, "/ws")).status == 400)
    }

    /// Source: RFC 3174, section 7.3; FIPS 180-2, appendix A.
    @Test(
        arguments: [
            ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
            ),
            (String(repeating: "a", count: 1_000), "291e9a6c66994949b57ba5e650361e98fc36b1ba"),
            ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ])
    func `hashes as the standard says`(text: String, hex: String) {
        let hash = SHA1.hash(Array(text.utf8))
        let digits = Array("0123456789abcdef")
        #expect(hash.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined() == hex)
    }

    @Test(
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ])
    func `writes base 64 as RFC 4648 does`(text: String, expected: String) {
        #expect(Base64.encode(Array(text.utf8)) == expected)
    }
}

@Suite struct `A WebSocket frame` {
    @Test func `is written as in RFC 6455, section 5.7`() {
        #expect(
            WebSocketFrame.text(Array("Hello".utf8)) == [0x81, 5, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        #expect(WebSocketFrame.ping(Array("Hello".utf8)).prefix(2) == [0x89, 5])
        #expect(WebSocketFrame.pong([]) == [0x8A, 0])
        let short = WebSocketFrame.binary([UInt8](repeating: 0, count: 256))
        #expect(short.count == 260 && short.prefix(4) == [0x82, 0x7E, 1, 0])
        let long = WebSocketFrame.binary([UInt8](repeating: 0, count: 65_536))
        #expect(long.count == 65_546 && long.prefix(10) == [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0])
    }

    @Test func `closes with a code and as much of the reason as fits`() {
        #expect(WebSocketFrame.close(code: 1001, reason: "é") == [0x88, 4, 3, 0xE9, 0xC3, 0xA9])
        let cut = WebSocketFrame.close(code: 1000, reason: String(repeating: "é", count: 100))
        #expect(cut.count == 2 + 124 && String(validating: cut[4...], as: UTF8.self) != nil)
    }

    @Test func `never carries a code that is not for the wire`() async {
        await #expect(processExitsWith: .failure) { _ = WebSocketFrame.close(code: 1006) }
    }
}

@Suite struct `The closing of a WebSocket` {
    @Test func `is answered when the peer begins`() {
        var closing = WebSocketClosing()
        #expect(closing.isOpen)
        #expect(closing.received(code: 3000) == .sendCloseAndDisconnect(code: 3000))
        #expect(!closing.isOpen && closing.close(code: 1000) == .nothing)
        #expect(closing.received(code: nil) == .nothing)
    }

    @Test func `ends when the peer answers ours`() {
        var closing = WebSocketClosing()
        #expect(closing.close(code: 1001) == .sendClose(code: 1001))
        #expect(closing.close(code: 1001) == .nothing)
        #expect(closing.received(code: 1001) == .disconnect)
    }

    @Test func `tells the peer which rule it broke, once`() {
        var closing = WebSocketClosing()
        #expect(closing.failed(.unmasked) == .sendCloseAndDisconnect(code: 1002))
        #expect(closing.failed(.unmasked) == .nothing)
        var ours = WebSocketClosing()
        _ = ours.close(code: 1000)
        #expect(ours.failed(.notUTF8) == .disconnect)
    }

    @Test func `answers a close without a code with 1000`() {
        var closing = WebSocketClosing()
        #expect(closing.received(code: nil) == .sendCloseAndDisconnect(code: 1000))
    }
}
