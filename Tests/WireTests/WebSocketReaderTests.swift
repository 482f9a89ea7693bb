import TestSupport
import Testing

@testable import Wire

@Suite struct `A WebSocket reader` {
    private static let long = [UInt8](repeating: 0x61, count: 300)
    private static let veryLong = (0..<70_000).map { UInt8($0 % 251) }

    /// Made anew each time: a leak checker cannot see into an enumeration's tagged pointers.
    static var examples: [(String, [UInt8], [WebSocketEvent])] {
        [
            (
                "a masked text, RFC 6455, section 5.7",
                [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58],
                [.text(Array("Hello".utf8))]
            ),
            (
                "a fragmented text with a ping inside",
                masked(0x01, Array("Hel".utf8)) + masked(0x89, Array("p".utf8))
                    + masked(0x80, Array("lo".utf8)),
                [.ping(Array("p".utf8)), .text(Array("Hello".utf8))]
            ),
            (
                "a character cut by fragments",
                masked(0x01, [0xE2]) + masked(0x00, [0x82]) + masked(0x80, [0xAC]),
                [.text(Array("€".utf8))]
            ),
            ("an empty text", masked(0x81, []), [.text([])]),
            ("a long text", masked(0x81, long), [.text(long)]),
            ("a pong", masked(0x8A, [1, 2]), [.pong([1, 2])]),
            (
                "a close, after which nothing is read",
                masked(0x88, [0x03, 0xE8] + Array("bye".utf8)) + masked(0x81, []),
                [.close(code: 1000, reason: "bye")]
            ),
            ("an empty close", masked(0x88, []), [.close(code: nil, reason: "")]),
            (
                "another mask each",
                masked(0x82, [1, 2, 3], key: [0, 0, 0, 0])
                    + masked(0x82, Array(0...20), key: [1, 2, 3, 255]),
                [.binary([1, 2, 3]), .binary(Array(0...20))]
            ),
        ]
    }

    private func events(_ pieces: [ArraySlice<UInt8>], maximum: Int = 100_000) -> [WebSocketEvent] {
        var (reader, events) = (WebSocketReader(messageBytesMaximum: maximum), [WebSocketEvent]())
        for piece in pieces { reader.receive(Array(piece).span, into: &events) }
        return events
    }

    @Test(arguments: examples)
    func `says the same however the bytes are cut`(
        name: String, bytes: [UInt8], expected: [WebSocketEvent]
    ) {
        for cut in 0...bytes.count {
            #expect(events([bytes[..<cut], bytes[cut...]]) == expected, "cut at \(cut)")
        }
        #expect(events(bytes.indices.map { bytes[$0...$0] }) == expected, "byte by byte")
    }

    @Test func `unmasks at every offset`() {
        let bytes = masked(0x82, Self.veryLong)
        for cut in [1, 14, 15, 16, 17, 23, 40, 1_001, 69_999] {
            let parts = [bytes[..<cut], bytes[cut..<(cut + 13)], bytes[(cut + 13)...]]
            #expect(events(parts) == [.binary(Self.veryLong)], "cut at \(cut)")
        }
    }

    /// One row a rule, each ending with the code that tells the client.
    @Test(
        arguments: [
            ("not masked", [0x81, 0x00], .unmasked),
            ("RSV1", [0xC1, 0x80], .reservedBits), ("RSV2", [0xA1, 0x80], .reservedBits),
            ("RSV3", [0x91, 0x80], .reservedBits), ("opcode 3", [0x83, 0x80], .unknownOpcode),
            ("opcode 11", [0x8B, 0x80], .unknownOpcode),
            ("a ping in pieces", [0x09, 0x80], .controlFragmented),
            ("a long ping", [0x89, 0xFE], .controlTooLong),
            ("a long close", [0x88, 0xFF], .controlTooLong),
            ("16 bits for 125", [0x82, 0xFE, 0, 125, 0, 0, 0, 0], .lengthNotMinimal),
            (
                "64 bits for 65535",
                [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0], .lengthNotMinimal
            ),
            (
                "the highest bit",
                [0x82, 0xFF, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], .lengthInvalid
            ),
            ("nothing to continue", [0x80, 0x80], .nothingToContinue),
            ("a text inside a text", masked(0x01, [0x61]) + [0x81, 0x80], .interrupted),
            ("too long at once", [0x82, 0xFE, 4, 1, 0, 0, 0, 0], .tooLong),
            (
                "too long in pieces",
                masked(0x02, [UInt8](repeating: 0, count: 1_000)) + [0x80, 0x99, 0, 0, 0, 0],
                .tooLong
            ),
            ("a close of one byte", masked(0x88, [3]), .closePayload),
            ("close code 999", masked(0x88, [3, 0xE7]), .closeCode),
            ("close code 1004", masked(0x88, [3, 0xEC]), .closeCode),
            ("close code 1005", masked(0x88, [3, 0xED]), .closeCode),
            ("close code 1006", masked(0x88, [3, 0xEE]), .closeCode),
            ("close code 1015", masked(0x88, [3, 0xF7]), .closeCode),
            ("close code 2999", masked(0x88, [0x0B, 0xB7]), .closeCode),
            ("close code 5000", masked(0x88, [0x13, 0x88]), .closeCode),
            ("a close reason", masked(0x88, [3, 0xE8, 0xFF]), .notUTF8),
            ("an overlong slash", masked(0x01, [0xC0]), .notUTF8),
            ("an overlong three bytes", masked(0x01, [0xE0, 0x9F]), .notUTF8),
            ("a surrogate", masked(0x01, [0xED, 0xA0]), .notUTF8),
            ("beyond Unicode", masked(0x01, [0xF4, 0x90]), .notUTF8),
            ("a lone continuation", masked(0x01, [0x80]), .notUTF8),
            ("a character cut off", masked(0x81, [0xE2, 0x82]), .notUTF8),
            ("a character cut off by an end", masked(0x01, [0xE2]) + masked(0x80, []), .notUTF8),
            (
                "a wrong byte behind much text",
                masked(0x01, [UInt8](repeating: 0x61, count: 60) + [0xFF]), .notUTF8
            ),
        ] as [(String, [UInt8], WebSocketFailure)])
    func `fails at the byte that breaks a rule`(
        name: String, bytes: [UInt8], failure: WebSocketFailure
    ) {
        #expect(events([bytes[...]], maximum: 1_024) == [.failed(failure)])
        #expect(events(bytes.indices.map { bytes[$0...$0] }, maximum: 1_024) == [.failed(failure)])
        #expect(
            events([bytes.dropLast(), bytes.suffix(1), masked(0x81, [])[...]], maximum: 1_024)
                == [.failed(failure)])
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `survives anything, and hands out only UTF-8`(seed: UInt64) {
        var random = Seeded(seed: seed)
        for _ in 0..<200 {
            let whole = Self.examples.shuffled(using: &random).prefix(3).flatMap(\.1)
            let bytes = mutated(Array(whole), using: &random)
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let once = events([bytes[...]], maximum: 400)
            #expect(once == events([bytes[..<cut], bytes[cut...]], maximum: 400), "seed \(seed)")
            for case .text(let text) in once {
                #expect(String(validating: text, as: UTF8.self) != nil, "seed \(seed)")
            }
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `agrees with Swift on what is UTF-8`(seed: UInt64) {
        var random = Seeded(seed: seed)
        let scalars = "aé€😀\u{7FF}\u{800}\u{FFFF}\u{10FFFF}\u{D7FF}\u{E000}"
        for _ in 0..<300 {
            let text = String((0..<8).compactMap { _ in scalars.randomElement(using: &random) })
            var bytes = Array(text.utf8)
            if Bool.random(using: &random) { bytes = mutated(bytes, using: &random) }
            var checker = UTF8Checker()
            let valid = checker.check(bytes, from: 0) && checker.isComplete
            #expect(valid == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }
}
