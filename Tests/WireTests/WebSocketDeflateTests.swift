import TestSupport
import Testing

@testable import Wire

@Suite struct `An offer of compression` {
    private func answer(_ fields: [String], keepsClientContext: Bool = true) -> String? {
        var block = HeaderBlock()
        for field in fields { block.append("sec-websocket-extensions", field) }
        return WebSocketDeflate.negotiate(block, keepsClientContext: keepsClientContext)?.answer
    }

    private static let plain = "permessage-deflate; server_no_context_takeover"

    /// One row a rule of RFC 7692, section 7.1: what is answered, after `plain`; `nil` when declined.
    @Test(
        arguments: [
            ("", ""), ("; server_no_context_takeover", ""),
            ("; client_no_context_takeover", "; client_no_context_takeover"),
            ("; server_max_window_bits=9", "; server_max_window_bits=9"),
            ("; server_max_window_bits=15", ""),
            (";server_max_window_bits = \"1\\0\" ", "; server_max_window_bits=10"),
            ("; Server_Max_Window_Bits=12", "; server_max_window_bits=12"),
            ("; client_max_window_bits", ""), ("; client_max_window_bits=8", ""),
            ("; client_max_window_bits=11", "; client_max_window_bits=11"),
            (
                "; client_max_window_bits=15; client_no_context_takeover"
                    + "; server_max_window_bits=10; server_no_context_takeover",
                "; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=15"
            ),
            // zlib writes no window of 8 bits.
            ("; server_max_window_bits=8", nil), ("; server_max_window_bits", nil),
            ("; server_max_window_bits=16", nil), ("; server_max_window_bits=7", nil),
            ("; server_max_window_bits=010", nil), ("; server_max_window_bits=+9", nil),
            ("; server_max_window_bits=9x", nil),
            ("; server_max_window_bits=99999999999999999999", nil),
            ("; client_max_window_bits=7", nil), ("; client_max_window_bits=16", nil),
            ("; client_max_window_bits=09", nil), ("; client_max_window_bits=\"\"", nil),
            ("; server_no_context_takeover=1", nil), ("; client_no_context_takeover=true", nil),
            ("; client_no_context_takeover; client_no_context_takeover", nil),
            ("; server_max_window_bits=9; server_max_window_bits=9", nil),
            ("; client_max_window_bits; client_max_window_bits=9", nil), ("; else", nil),
        ] as [(String, String?)])
    func `is taken or declined whole`(parameters: String, rest: String?) {
        #expect(answer(["permessage-deflate" + parameters]) == rest.map { Self.plain + $0 })
    }

    /// Source: RFC 7692, section 5: a client says first what it would like best.
    @Test func `is the first that can be taken`() {
        let narrow = "permessage-deflate; server_max_window_bits=8"
        let next = "permessage-deflate; server_max_window_bits=11"
        let expected = Self.plain + "; server_max_window_bits=11"
        #expect(answer(["x-other; a=\"b\", \(narrow), \(next), permessage-deflate"]) == expected)
        #expect(answer([narrow, "x-other", next]) == expected)
        #expect(answer([", , \(next) ,"]) == expected)
        #expect(answer([]) == nil && answer(["permessage-bzip2"]) == nil)
    }

    @Test func `lets the server decide about memory`() {
        let answer = answer(["permessage-deflate"], keepsClientContext: false)
        #expect(answer == Self.plain + "; client_no_context_takeover")
    }

    /// Source: RFC 6455, section 9.1: the handshake fails then.
    @Test(arguments: [
        "", ";", ",", "a b", "permessage-deflate;", "a; =1", "a; b=", "a; b=\"c", "a; b=\"c d\"",
        "a; b=\"\\\"\"", "a; b=\"c\"d", "permessage-deflate; server_max_window_bits=\"9", "=",
        "a=b",
        "(a)",
    ])
    func `that is malformed fails the handshake`(field: String) {
        let bytes = Array(field.utf8)
        #expect(WebSocketExtension.parse(bytes[...]) == nil)
        let fields: HeaderBlock = [
            "upgrade": "websocket", "connection": "upgrade", "sec-websocket-version": "13",
            "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-extensions": field,
        ]
        #expect(WebSocketHandshake.answer(to: Request(.get, "/", fields: fields)).status == 400)
    }
}

@Suite struct `Compression of a WebSocket` {
    private static let kept = deflate("permessage-deflate")
    private static let dropped = deflate("permessage-deflate; client_no_context_takeover")

    private static func deflate(_ offer: String) -> WebSocketDeflate? {
        WebSocketDeflate.negotiate(
            ["sec-websocket-extensions": offer], keepsClientContext: true)
    }

    private func events(
        _ pieces: [ArraySlice<UInt8>], _ deflate: WebSocketDeflate? = kept, maximum: Int = 1 << 20
    ) -> [WebSocketEvent] {
        var reader = WebSocketReader(messageBytesMaximum: maximum, deflate: deflate)
        var events: [WebSocketEvent] = []
        for piece in pieces { reader.receive(Array(piece).span, into: &events) }
        return events
    }

    private static let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
    /// A block that calls itself the last one, and an empty one behind it.
    private static let last: [UInt8] = [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]

    /// Source: RFC 7692, section 7.2.3, and what is odd and allowed.
    static var examples: [(String, [UInt8], [String])] {
        [
            ("one block", masked(0xC1, hello), ["Hello"]),
            (
                "in fragments",
                masked(0x41, [0xF2, 0x48, 0xCD]) + masked(0x00, [])
                    + masked(0x80, Array(hello.dropFirst(3))), ["Hello"]
            ),
            (
                "the context goes on",
                masked(0xC1, hello) + masked(0xC1, [0xF2, 0x00, 0x11, 0, 0]),
                ["Hello", "Hello"]
            ),
            ("stored", masked(0xC1, [0, 5, 0, 0xFA, 0xFF] + Array("Hello".utf8) + [0]), ["Hello"]),
            ("a block that calls itself the last", masked(0xC1, last), ["Hello"]),
            (
                "and the context goes on",
                masked(0xC1, last) + masked(0xC1, [0xF2, 0x00, 0x11, 0, 0]), ["Hello", "Hello"]
            ),
            (
                "the last block, and nothing behind it",
                masked(0xC1, Array(last.dropLast())) + masked(0xC1, hello),
                ["Hello", "Hello"]
            ),
            (
                "two such blocks in one message", masked(0xC1, Array(last.dropLast()) + hello),
                ["HelloHello"]
            ),
            (
                "two blocks",
                masked(0xC1, [0xF2, 0x48, 0x05, 0, 0, 0, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0]),
                ["Hello"]
            ),
            ("an empty message", masked(0xC1, [0]) + masked(0xC1, hello), ["", "Hello"]),
            ("not one byte", masked(0xC1, []) + masked(0xC1, hello), ["", "Hello"]),
            (
                "a plain one between",
                masked(0x81, [0x61]) + masked(0xC1, hello) + masked(0x81, [0x62]),
                ["a", "Hello", "b"]
            ),
        ]
    }

    @Test(arguments: examples)
    func `says the same however the bytes are cut`(
        name: String, bytes: [UInt8], messages: [String]
    ) {
        let expected = messages.map { WebSocketEvent.text(Array($0.utf8)) }
        for cut in 0...bytes.count {
            #expect(events([bytes[..<cut], bytes[cut...]]) == expected, "cut at \(cut)")
        }
        #expect(events(bytes.indices.map { bytes[$0...$0] }) == expected, "byte by byte")
    }

    /// One row a rule. Source: RFC 7692, sections 6 and 7.2.2.
    @Test(
        arguments: [
            ("RSV1 on a fragment that follows", masked(0x41, hello) + [0xC0, 0x80], .reservedBits),
            ("RSV1 on a ping", [0xC9, 0x80], .reservedBits),
            ("RSV1 on a close", [0xC8, 0x80], .reservedBits),
            ("RSV2 beside it", [0xE1, 0x80], .reservedBits),
            ("RSV3 beside it", [0xD2, 0x80], .reservedBits),
            ("no such block", masked(0xC2, [0xFF, 0xFF, 0xFF]), .notDeflated),
            ("too far back", masked(0xC2, [0xF2, 0x00, 0x11, 0, 0]), .notDeflated),
            ("cut off inside a block", masked(0xC1, Array(hello.dropLast(3))), .notDeflated),
            ("cut off inside a length", masked(0xC1, [0, 5, 0]), .notDeflated),
            // "a" and a byte that begins no character, before the message has ended.
            ("a text that is none", masked(0x41, [0, 2, 0, 0xFD, 0xFF, 0x61, 0xFF]), .notUTF8),
            ("a character cut off", masked(0xC1, [0, 2, 0, 0xFD, 0xFF, 0x61, 0xE2, 0]), .notUTF8),
        ] as [(String, [UInt8], WebSocketFailure)])
    func `fails when a rule is broken`(name: String, bytes: [UInt8], failure: WebSocketFailure) {
        #expect(events([bytes[...]]) == [.failed(failure)])
        #expect(events(bytes.indices.map { bytes[$0...$0] }) == [.failed(failure)])
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `survives anything, however it is cut`(seed: UInt64) {
        var random = Seeded(seed: seed)
        for _ in 0..<200 {
            let whole = Self.examples.shuffled(using: &random).prefix(3).flatMap(\.1)
            let bytes = mutated(Array(whole), using: &random)
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let once = events([bytes[...]], maximum: 12)
            #expect(once == events([bytes[..<cut], bytes[cut...]], maximum: 12), "seed \(seed)")
            #expect(once == events(bytes.indices.map { bytes[$0...$0] }, maximum: 12), "\(seed)")
            for case .text(let text) in once {
                #expect(String(validating: text, as: UTF8.self) != nil, "seed \(seed)")
            }
        }
    }

    @Test func `means nothing where it was not agreed on`() {
        #expect(events([[0xC1, 0x80]], nil) == [.failed(.reservedBits)])
    }

    @Test func `does not refer to what the client has dropped`() {
        let twice = masked(0xC1, Self.hello) + masked(0xC1, [0xF2, 0x00, 0x11, 0, 0])
        let hello = WebSocketEvent.text(Array("Hello".utf8))
        #expect(events([twice[...]], Self.dropped) == [hello, .failed(.notDeflated)])
        let again = masked(0xC1, Self.hello) + masked(0xC1, Self.hello)
        #expect(events([again[...]], Self.dropped) == [hello, hello])
    }

    /// What one frame of ours holds, once a client has masked it.
    private func unpacked(_ frame: [UInt8], maximum: Int = 1 << 20) -> [WebSocketEvent] {
        let (length, start) =
            frame[1] < 126
            ? (Int(frame[1]), 2)
            : frame[1] == 126
                ? (Int(frame[2]) << 8 | Int(frame[3]), 4)
                : (frame[2..<10].reduce(0) { $0 << 8 | Int($1) }, 10)
        #expect(frame.count == start + length)
        return events([masked(frame[0], Array(frame[start...]))[...]], maximum: maximum)
    }

    @Test(arguments: 9...15)
    func `packs what gets shorter`(windowBits: Int) {
        let deflater = WebSocketDeflater(level: 6)
        let row = Array(#"{"symbol":"BTC-PERP","price":"68000.5","size":"0.25"}"#.utf8)
        for count in [1, 3, 100, 5_000] {
            let payload = Array(repeatElement(row, count: count).joined())
            let frame = deflater.frame(.text, payload.span, windowBits: windowBits)
            #expect(frame[0] == (count == 1 ? 0x81 : 0xC1) || count == 1)
            #expect(count == 1 || frame.count < payload.count / 2)
            let isSame = unpacked(frame) == [.text(payload)]
            #expect(isSame, "\(count) rows")
            let again = deflater.frame(.text, payload.span, windowBits: windowBits)
            #expect(again == frame, "every reader can begin with any frame")
        }
    }

    @Test(arguments: 9...15)
    func `sends as it is what would get longer`(windowBits: Int) {
        var random = SystemRandomNumberGenerator()
        let deflater = WebSocketDeflater(level: 6)
        for count in [0, 1, 2, 5, 6, 125, 126, 255, 256, 4_095, 16_383, 65_535, 65_536, 300_000] {
            let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let frame = deflater.frame(.binary, noise.span, windowBits: windowBits)
            let isPlain = frame == WebSocketFrame.binary(noise)
            #expect(isPlain, "\(count) bytes")
        }
    }

    @Test func `stops a message that grows too long, where it does`() {
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        let frame = WebSocketDeflater(level: 9).frame(.binary, zeros.span, windowBits: 15)
        #expect(frame.count < 2_000)
        let isSame = unpacked(frame) == [.binary(zeros)]
        #expect(isSame)
        #expect(unpacked(frame, maximum: 1 << 20 - 1) == [.failed(.tooLong)])
        #expect(unpacked(frame, maximum: 10_000) == [.failed(.tooLong)])
    }

    @Test func `goes on over a block that has ended many times`() {
        let blocks = Array(repeatElement([0x03, 0x00] as [UInt8], count: 20_000).joined())
        #expect(unpacked(WebSocketFrame.binary([])) == [.binary([])])
        #expect(events([masked(0xC2, blocks)[...]]) == [.binary([])])
    }
}
