import CSSL
import TestSupport
import Testing

@testable import Wire

@Suite struct `A TLS session` {
    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `carries bytes both ways`(version: CInt) throws {
        var talk = try TLSConversation(
            TLSSupport.context(), .init(least: version, most: version))
        #expect(talk.server.isEstablished == false)
        try talk.meet()
        #expect(talk.server.isEstablished && talk.client.isEstablished)
        #expect(talk.server.isTLS13 == (version == TLS1_3_VERSION))
        try talk.tell(talk.client.write("GET"))
        #expect(talk.text == "GET")
        // More than one record, in one piece.
        let answer = String(repeating: "0123456789", count: 5_000)
        talk.client.hear(talk.answer(answer))
        #expect(talk.client.plain == answer)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `does not mind where the bytes are cut`(version: CInt) throws {
        let context = try TLSSupport.context()
        var (flight, cut, longest) = (0, 0, 1)
        // Each flight of the client is cut in two at every place.
        while flight < 3 {
            var talk = try TLSConversation(context, .init(least: version, most: version))
            var (number, bytes) = (0, talk.client.hear())
            while !bytes.isEmpty {
                if number == flight {
                    longest = bytes.count
                    try talk.tell(Array(bytes[..<cut]))
                    bytes.removeFirst(cut)
                }
                try talk.tell(bytes)
                bytes = talk.client.hear(talk.answer())
                number += 1
                if bytes.isEmpty && talk.heard.isEmpty { bytes = talk.client.write("hello") }
                if number > flight && talk.client.isEstablished && !talk.heard.isEmpty { break }
            }
            #expect(talk.text == "hello", "flight \(flight) cut at \(cut)")
            (flight, cut) = cut >= longest ? (flight + 1, 0) : (flight, cut + 1)
        }
    }

    @Test func `takes one byte after the other`() throws {
        var talk = try TLSConversation(TLSSupport.context())
        var bytes = talk.client.hear()
        while !bytes.isEmpty {
            for byte in bytes { try talk.tell([byte]) }
            bytes = talk.client.hear(talk.answer())
        }
        for byte in talk.client.write("slow") { try talk.tell([byte]) }
        #expect(talk.text == "slow")
    }

    @Test(
        arguments: [
            (["h2", "http/1.1"], TLSProtocol.http2), (["http/1.1", "h2"], .http2),
            (["http/1.1"], .http1), (["spdy/3", "http/1.1"], .http1), ([], nil),
        ] as [([String], TLSProtocol?)])
    func `chooses what both speak`(offered: [String], chosen: TLSProtocol?) throws {
        var talk = try TLSConversation(TLSSupport.context(), .init(protocols: offered))
        try talk.meet()
        #expect(talk.server.chosenProtocol == chosen)
    }

    @Test func `refuses who speaks neither, and says so`() throws {
        var talk = try TLSConversation(TLSSupport.context(), .init(protocols: ["spdy/3"]))
        let greeting = talk.client.hear()
        let error = #expect(throws: TLSError.self) {
            try talk.server.receive(greeting.span, into: &talk.heard)
        }
        #expect(error?.kind == .handshake)
        talk.client.hear(talk.answer())
        #expect(talk.client.failure?.reason.contains("no application protocol") == true)
    }

    @Test(arguments: [
        (TLS1_VERSION, TLS1_1_VERSION, "ALL:@SECLEVEL=0"),
        (TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256"),
        (TLS1_2_VERSION, TLS1_2_VERSION, "AES128-GCM-SHA256"),
    ])
    func `refuses what is no longer safe`(least: CInt, most: CInt, ciphers: String) throws {
        let wishes = TLSClient.Wishes(least: least, most: most, ciphers: ciphers)
        var talk = try TLSConversation(TLSSupport.context(), wishes)
        #expect(throws: TLSError.self) { try talk.meet() }
        #expect(talk.server.isEstablished == false)
    }

    @Test func `prefers an AEAD with ephemeral keys on TLS 1.2`() throws {
        var talk = try TLSConversation(TLSSupport.context(), .init(most: TLS1_2_VERSION))
        try talk.meet()
        #expect(talk.client.cipher.hasPrefix("ECDHE-ECDSA-"))
        #expect(talk.client.cipher.contains("GCM"))
    }

    @Test func `hears and says that no more comes`() throws {
        var talk = try TLSConversation(TLSSupport.context())
        try talk.meet()
        try talk.tell(talk.client.write("last") + talk.client.end())
        #expect(talk.server.peerEnded == true)
        #expect(talk.text == "last")
        // What follows it means nothing.
        try talk.tell([1, 2, 3])
        // We may still speak.
        talk.client.hear(talk.answer("bye"))
        #expect(talk.client.plain == "bye")
        var notice: [UInt8] = []
        talk.server.shutdown(into: &notice)
        talk.client.hear(notice)
        #expect(talk.client.isEnded)
    }

    @Test func `gives out nothing that was changed on its way`() throws {
        var talk = try TLSConversation(TLSSupport.context())
        try talk.meet()
        var record = talk.client.write("buy 1")
        record[record.count - 1] ^= 1
        let error = #expect(throws: TLSError.self) {
            try talk.server.receive(record.span, into: &talk.heard)
        }
        #expect(error?.kind == .broken)
        #expect(talk.heard.isEmpty)
        // Nothing but the alert leaves it, whatever it is given.
        let alert = talk.answer("secret")
        talk.client.hear(alert)
        #expect(talk.client.plain.isEmpty)
        #expect(talk.client.failure?.reason.contains("bad record mac") == true)
    }
}
