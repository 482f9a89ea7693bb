import Glibc
import Loop
import Platform
import Testing

@testable import APIServer

/// What a server of TLS does with those who do not speak it; those who do are in
/// `Tests/Integration/test_tls.py`.
@Suite struct `A server of TLS` {
    private let directory: PairDirectory
    private let rig: ServerRig

    init() throws {
        directory = try PairDirectory()
        rig = try ServerRig(tls: TLSIdentity(directory.paths))
    }

    /// The figures are counted by the loop, a moment after the client has seen their cause.
    private func comes(_ kind: ServerCounters.Kind, to count: UInt64) -> Bool {
        let deadline = Machine.bootMicroseconds + 5_000_000
        while rig.server.count(kind) != count, Machine.bootMicroseconds < deadline { usleep(1_000) }
        return rig.server.count(kind) == count
    }

    @Test func `answers plain HTTP with the reason, and nothing of what it asks for`() throws {
        let client = try rig.client()
        let answer = try client.ask("GET", "/")
        #expect(answer.status == 400)
        #expect(answer.body == "This port speaks TLS: use https\n")
        #expect(answer.fields["connection"] == "close")
        // Whatever comes behind it is not served either.
        try client.send(Client.request("GET", "/"))
        #expect(try client.isAtEnd())
        #expect(rig.server.count(.tlsPlain) == 1)
        #expect(rig.server.count(.successful) == 0)
        #expect(rig.server.count(.http1) == 0)
    }

    @Test func `ends what is no TLS with an alert`() throws {
        let client = try rig.client()
        try client.send([99, 3, 3, 0, 1, 0])
        // A fatal alert. Source: RFC 8446, section 6.
        let alert = try client.take(7)
        #expect(alert[0] == 21 && alert[5] == 2)
        #expect(try client.isAtEnd())
        #expect(comes(.tlsFailed, to: 1))
    }

    @Test func `counts a handshake that breaks off, and no empty connection`() throws {
        do {
            let probe = try rig.client()
            probe.endSending()
            #expect(try probe.isAtEnd())
            let half = try rig.client()
            try half.send([22, 3, 1, 2, 0, 1, 0])
            half.endSending()
            #expect(try half.isAtEnd())
        }
        #expect(comes(.closed, to: 2))
        #expect(rig.server.count(.tlsFailed) == 1)
    }

    @Test func `gives a handshake the time of a head`() throws {
        let number = try system("socket") { socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0) }
        let connection = Connection(Socket(Descriptor(adopting: number)), now: 5)
        connection.tls = try TLSChannel(TLSIdentity(directory.paths).context)
        #expect(connection.deadline == 5 + Limits.Server.headMicroseconds)
    }
}
