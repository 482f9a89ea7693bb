import Crypto
import Testing

@testable import Wire

/// Certificates, contexts and conversations for tests.
enum TLSSupport {
    static let maxima = TLSMaxima(
        handshakeBytes: 20_000, certificateBytes: 8_192, controls: 4, ticketSeconds: 3_600)
    /// In the lifetime of every certificate here.
    static let now: Int64 = 1_800_000_000
    static let pair = DevelopmentPair(
        names: ["localhost", "127.0.0.1"], serial: [UInt8](repeating: 7, count: 16),
        from: now - 10, to: now + 10)
    static let keys = TLSTicketKeys(random: [UInt8](repeating: 1, count: TLSTicketKeys.keyBytes))

    static func context(
        keys: TLSTicketKeys = keys, authority: String? = nil
    ) throws -> TLSContext {
        try TLSContext(
            TLSContext.Material(
                certificate: pair.certificate, key: pair.key,
                clientAuthority: authority.map { Array($0.utf8) }),
            ticketKeys: keys, maxima: maxima, at: now)
    }

    /// An authority of tests, and a caller whose certificate it has signed; until 2126.
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBijCCAS+gAwIBAgIUSJNewEAm9KLIbK18oE19BEjKt0owCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTI1MDc0MzQzWhgPMjEy
        NjExMDEwNzQzNDNaMBkxFzAVBgNVBAMMDlRlc3QgYXV0aG9yaXR5MFkwEwYHKoZI
        zj0CAQYIKoZIzj0DAQcDQgAEoxwh/J49bhUtDmg+Rc5yIjQMULWFINlzBVr8f3Su
        BRlxFh8owftQ0zINGeyIbJLc8Ik7SuXCU+8/IveBR4Bn0qNTMFEwHQYDVR0OBBYE
        FPqFuXrPhDK2NR8SfLHL7vJ+8uoqMB8GA1UdIwQYMBaAFPqFuXrPhDK2NR8SfLHL
        7vJ+8uoqMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAPE20sEd
        NKppenY3BMSRLo/M+mDMSOCtvzag/ggyw82OAiEA9a2rvmdpbYLUCwLO2OTvFnja
        n3+eIOx+x54E0kOLZlc=
        -----END CERTIFICATE-----

        """
    static let caller = (
        certificate: """
        -----BEGIN CERTIFICATE-----
        MIIBlDCCATqgAwIBAgIUUuCcjt3cehoSMyy+ZNYPDHANTIUwCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTI1MDc0MzQzWhgPMjEy
        NjExMDEwNzQzNDNaMBUxEzARBgNVBAMMCnByb21ldGhldXMwWTATBgcqhkjOPQIB
        BggqhkjOPQMBBwNCAAQMi6UPC5Oy2WKRkU9Ue5tX4IOT+R9gmZ6oQ+tuYXcar14Z
        JbQ/SocZHxrWTfp3Ed3zdOShhTu22nnOU6Va918/o2IwYDATBgNVHSUEDDAKBggr
        BgEFBQcDAjAJBgNVHRMEAjAAMB0GA1UdDgQWBBT8c8A7+Jdt/ydhUgDFCUrjE40M
        DzAfBgNVHSMEGDAWgBT6hbl6z4QytjUfEnyxy+7yfvLqKjAKBggqhkjOPQQDAgNI
        ADBFAiEAgZqGmA+tSIb4CMjP8yaSOqR2KpY3weLfcqQQn5RPMKsCIAGZj+oibjWE
        M+qXuQcEh7FofzV4eVLUb45rWcvN9w0g
        -----END CERTIFICATE-----

        """,
        key: """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQkv6uo+1MfsXN85H
        QtsYG6mbLoXzjoh0B7qgUCmdNNyhRANCAAQMi6UPC5Oy2WKRkU9Ue5tX4IOT+R9g
        mZ6oQ+tuYXcar14ZJbQ/SocZHxrWTfp3Ed3zdOShhTu22nnOU6Va918/
        -----END PRIVATE KEY-----

        """
    )
}

/// A server's session and a client, brought together.
struct TLSConversation: ~Copyable {
    var server: TLSSession
    let client: TLSClient
    var heard: [UInt8] = []

    init(_ context: TLSContext, _ wishes: TLSClient.Wishes = .init()) throws {
        server = try TLSSession(context)
        client = TLSClient(wishes)
    }

    /// Hands bytes over in both directions until nobody has anything to say.
    mutating func meet() throws(TLSError) {
        var toServer = client.hear()
        while !toServer.isEmpty {
            try tell(toServer)
            toServer = client.hear(answer())
        }
    }

    mutating func tell(_ bytes: [UInt8]) throws(TLSError) {
        try server.receive(bytes.span, into: &heard)
    }

    /// What the server has to say, besides `text`.
    mutating func answer(_ text: String = "") -> [UInt8] {
        var bytes: [UInt8] = []
        do { try server.seal(Array(text.utf8), into: &bytes) } catch {
            Issue.record("an open session seals")
        }
        return bytes
    }

    var text: String { String(decoding: heard, as: UTF8.self) }
}
