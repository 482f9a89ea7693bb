import CSSL
import Crypto
import Testing

@testable import Wire

@Suite struct `A TLS context` {
    private func session(
        _ context: TLSContext, _ wishes: TLSClient.Wishes
    ) throws -> (ticket: TLSTicket, isResumed: Bool, name: String?) {
        var talk = try TLSConversation(context, wishes)
        try talk.meet()
        // On TLS 1.3 the tickets come with what follows.
        talk.client.hear(talk.answer("x"))
        #expect(talk.server.isResumed == talk.client.isResumed)
        // A client keeps no session that was not ended properly.
        _ = talk.client.end()
        return (talk.client.ticket, talk.client.isResumed, talk.server.peerName)
    }

    private func keys(_ byte: UInt8) -> [UInt8] {
        [UInt8](repeating: byte, count: TLSTicketKeys.keyBytes)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `opens tickets of its own key and of the one before`(version: CInt) throws {
        var wishes = TLSClient.Wishes(least: version, most: version)
        let first = TLSTicketKeys(random: keys(1))
        let fresh = try session(TLSSupport.context(keys: first), wishes)
        #expect(!fresh.isResumed)
        wishes.session = fresh.ticket
        let second = first.rotated(random: keys(2))
        let third = second.rotated(random: keys(3))
        #expect(try session(TLSSupport.context(keys: first), wishes).isResumed)
        #expect(try session(TLSSupport.context(keys: second), wishes).isResumed)
        #expect(try !session(TLSSupport.context(keys: third), wishes).isResumed)
        #expect(try !session(TLSSupport.context(keys: .init(random: keys(9))), wishes).isResumed)
    }

    @Test func `gives who resumes by an old key a ticket of the new one`() throws {
        var wishes = TLSClient.Wishes(most: TLS1_2_VERSION)
        let first = TLSTicketKeys(random: keys(1))
        wishes.session = try session(TLSSupport.context(keys: first), wishes).ticket
        let second = first.rotated(random: keys(2))
        wishes.session = try session(TLSSupport.context(keys: second), wishes).ticket
        let third = second.rotated(random: keys(3))
        #expect(try session(TLSSupport.context(keys: third), wishes).isResumed)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `knows a caller by their certificate, and again by their ticket`(version: CInt) throws {
        let context = try TLSSupport.context(authority: TLSSupport.authority)
        var wishes = TLSClient.Wishes(least: version, most: version)
        #expect(try session(context, wishes).name == nil)
        wishes.pair = TLSSupport.caller
        let first = try session(context, wishes)
        #expect(first.name == "prometheus")
        wishes.session = first.ticket
        let again = try session(context, wishes)
        #expect(again.isResumed && again.name == "prometheus")
        // Who was let in by another authority has to show the certificate again.
        let other = String(decoding: TLSSupport.pair.certificate, as: UTF8.self)
        #expect(throws: TLSError.self) {
            try session(TLSSupport.context(authority: other), wishes)
        }
        // And where nobody is asked, nobody has a name.
        let unasked = try session(TLSSupport.context(), wishes)
        #expect(!unasked.isResumed && unasked.name == nil)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `refuses a caller whom no authority knows`(version: CInt) throws {
        var wishes = TLSClient.Wishes(least: version, most: version)
        let stranger = DevelopmentPair(
            names: ["prometheus"], serial: [UInt8](repeating: 5, count: 16),
            from: TLSSupport.now - 10, to: TLSSupport.now + 10)
        wishes.pair = (
            String(decoding: stranger.certificate, as: UTF8.self),
            String(decoding: stranger.key, as: UTF8.self)
        )
        let context = try TLSSupport.context(authority: TLSSupport.authority)
        #expect(throws: TLSError.self) { try session(context, wishes) }
    }

    private static let pair = TLSSupport.pair
    private static let damaged = Array(
        String(decoding: pair.certificate, as: UTF8.self).replacing("MII", with: "NII").utf8)
    private static let other = DevelopmentPair(
        names: ["a"], serial: [UInt8](repeating: 6, count: 16), from: 0, to: 4_000_000_000)

    @Test(
        arguments: [
            ([], pair.key, nil, 0, .certificate, "is empty"),
            (Array("hello".utf8), pair.key, nil, 0, .certificate, "holds no PEM certificate"),
            (pair.key, pair.key, nil, 0, .certificate, "holds no PEM certificate"),
            (damaged, pair.key, nil, 0, .certificate, "holds a damaged certificate"),
            (pair.certificate, [], nil, 0, .key, "is empty"),
            (pair.certificate, pair.certificate, nil, 0, .key, "holds no private key"),
            (pair.certificate, other.key, nil, 0, .key, "does not belong to the certificate"),
            (pair.certificate, pair.key, nil, 11, .certificate, "expired Fri, 15 Jan 2027"),
            (pair.certificate, pair.key, nil, -11, .certificate, "is not valid before Fri, 15 Jan"),
            (pair.certificate, pair.key, [1], 0, .clientAuthority, "holds no PEM certificate"),
        ] as [([UInt8], [UInt8], [UInt8]?, Int64, TLSSetupError.Part, String)])
    func `says what is wrong with what it is made of`(
        certificate: [UInt8], key: [UInt8], authority: [UInt8]?, later: Int64,
        part: TLSSetupError.Part, reason: String
    ) throws {
        let material = TLSContext.Material(
            certificate: certificate, key: key, clientAuthority: authority)
        let error = #expect(throws: TLSSetupError.self) {
            _ = try TLSContext(
                material, ticketKeys: TLSSupport.keys, maxima: TLSSupport.maxima,
                at: TLSSupport.now + later)
        }
        #expect(error?.part == part)
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }
}
