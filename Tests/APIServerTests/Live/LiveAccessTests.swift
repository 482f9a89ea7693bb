import APIServer
import Platform
import Testing

@Suite struct `Access to the live stream` {
    @Test func `is refused before the switch to those who do not say who they are`() throws {
        let rig = try ServerRig()
        #expect(try rig.client().upgrade().status == 401)
        #expect(try rig.client().upgrade("/ws/v1/stream?access_token=nonsense").status == 401)
        #expect(try rig.client().ask("GET", "/ws/v1/stream").status == 426)
    }

    @Test func `is given for a token in any place that a client can reach`() throws {
        let rig = try ServerRig()
        #expect(
            try rig.client().upgrade(
                "/ws/v1/stream", ["authorization: Bearer ann/observer/60"]
            ).status == 101)
        #expect(
            try rig.client().upgrade("/ws/v1/stream?access_token=ann%2Fobserver%2F60").status == 101
        )
        let offered = try rig.client().upgrade(
            "/ws/v1/stream", ["sec-websocket-protocol: titan.v1, bearer.ann/observer/60"])
        #expect(offered.status == 101)
        #expect(offered.fields["sec-websocket-protocol"] == "titan.v1")
        #expect(offered.fields["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test(arguments: [
        ("https://desk.test", 101), ("http://desk.test:80", 101), ("https://DESK.test:443", 101),
        ("https://evil.test", 403), ("https://desk.test.evil.test", 403),
        ("https://desk.test:8443", 403), ("null", 403), ("desk.test", 403),
    ])
    func `is not given to a page of another origin`(origin: String, status: Int) throws {
        let rig = try ServerRig()
        let answer = try rig.client().upgrade(
            "/ws/v1/stream?access_token=ann/observer/60", ["origin: \(origin)"])
        #expect(answer.status == status)
    }

    @Test func `ends with the token`() throws {
        let rig = try ServerRig()
        let reader = try rig.reader(token: "ann/observer/1")
        let close = try reader.frame()
        #expect(close.opcode == 8)
        #expect(close.code == 4401)
        #expect(close.reason == "the token has expired")
    }

    @Test func `ends when the token is revoked`() throws {
        let rig = try ServerRig()
        let gone = try rig.reader(token: "ann/observer/60")
        let stays = try rig.reader(token: "bob/observer/60")
        rig.authenticator.ban("ann")
        rig.server.revocationMoved()
        #expect(try gone.frame().code == 4401)
        try stays.say("?", opcode: 9)
        #expect(try stays.frame().opcode == 10)
    }
}
