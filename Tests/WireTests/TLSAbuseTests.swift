import CSSL
import TestSupport
import Testing

@testable import Wire

@Suite struct `An abused TLS session` {
    private func error(
        _ talk: inout TLSConversation, _ bytes: [UInt8]
    ) -> TLSError? {
        do throws(TLSError) { try talk.tell(bytes) } catch { return error }
        return nil
    }

    @Test func `gives new keys now and then`() throws {
        var talk = try TLSConversation(TLSSupport.context(), .init(least: TLS1_3_VERSION))
        try talk.meet()
        for _ in 0..<3 {
            try talk.tell(talk.client.renewKeys() + talk.client.write("a"))
            talk.client.hear(talk.answer("b"))
        }
        #expect(talk.text == "aaa")
        #expect(talk.client.plain == "bbb")
    }

    @Test func `is closed by a flood of requests for new keys`() throws {
        var talk = try TLSConversation(TLSSupport.context(), .init(least: TLS1_3_VERSION))
        try talk.meet()
        let flood = (0..<100).flatMap { _ in talk.client.renewKeys() }
        #expect(error(&talk, flood)?.kind == .flood)
    }

    @Test func `refuses another handshake, and goes on`() throws {
        var talk = try TLSConversation(TLSSupport.context(), .init(most: TLS1_2_VERSION))
        try talk.meet()
        try talk.tell(talk.client.renegotiate())
        let answer = talk.answer()
        // A warning, and no handshake: two bytes under a record's overhead.
        #expect(answer.first == 21)
        #expect(answer.count < 48)
        #expect(talk.server.isEstablished == true)
    }

    @Test(
        arguments: [
            ("plain HTTP", Array("GET / HTTP/1.1\r\n\r\n".utf8)),
            ("a record too long", [22, 3, 1, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 70_000)),
            ("an unknown kind", [99, 3, 3, 0, 1, 0]),
            ("data first", [23, 3, 3, 0, 1, 0]),
            ("an alert first", [21, 3, 3, 0, 2, 2, 40]),
            (
                "SSL 2",
                [0x80, 0x2E, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10] + [UInt8](repeating: 1, count: 40)
            ),
            ("an empty greeting", [22, 3, 1, 0, 4, 1, 0, 0, 0]),
        ] as [(String, [UInt8])])
    func `refuses what is no handshake`(name: String, bytes: [UInt8]) throws {
        var talk = try TLSConversation(TLSSupport.context())
        #expect(error(&talk, bytes)?.kind == .handshake, "\(name)")
        #expect(talk.heard.isEmpty)
        // Afterwards it is deaf, and says nothing more than its alert.
        try talk.tell(talk.client.hear())
        #expect(talk.answer("secret").count <= 7)
        #expect(talk.server.isEstablished == false)
    }

    @Test func `waits only so long for a greeting`() throws {
        var talk = try TLSConversation(TLSSupport.context())
        // The beginning of a greeting of 130,816 bytes, and record after record of it.
        var piece: [UInt8] =
            [22, 3, 1, 0x40, 0, 1, 1, 0xFF, 0] + [UInt8](repeating: 0, count: 16_380)
        #expect(error(&talk, piece) == nil)
        piece = [22, 3, 1, 0x40, 0] + [UInt8](repeating: 0, count: 16_384)
        #expect(error(&talk, piece)?.reason == "the handshake is too long")
    }

    @Test func `survives any change of a handshake`() throws {
        let context = try TLSSupport.context()
        var random = Seeded(seed: 20)
        for _ in 0..<400 {
            var talk = try TLSConversation(context)
            var bytes = talk.client.hear()
            for _ in 0..<4 where !bytes.isEmpty {
                if Bool.random(using: &random) { bytes = mutated(bytes, using: &random) }
                if error(&talk, bytes) != nil { break }
                bytes = talk.client.hear(talk.answer())
            }
            #expect(talk.heard.isEmpty)
        }
    }
}
