import APIServer
import Platform
import Synchronization
import Testing
import Wire

@Suite struct `A server` {
    private static let hello = Endpoint.of(.get, "/hello", .open { _ in .text(200, "hello") })
    private static let echo = Endpoint.of(
        .post, "/echo/{name}",
        .open { call in
            .text(200, call["name"] + ":" + String(decoding: call.request.body, as: UTF8.self))
        })
    private static let mine = Endpoint.of(
        .get, "/mine", .view(.view) { _, caller in .text(200, caller.id) })

    @Test func `answers one request after the other on one connection`() throws {
        let rig = try ServerRig([Self.hello])
        let client = try rig.client()
        for _ in 0..<3 {
            let answer = try client.ask("GET", "/hello")
            #expect(answer.status == 200)
            #expect(answer.body == "hello")
            #expect(answer.fields["x-content-type-options"] == "nosniff")
            #expect(answer.fields["cache-control"] == "no-store")
            #expect(answer.fields["x-request-id"]?.utf8.count == 15)
        }
        #expect(rig.server.count(.accepted) == 1)
        #expect(rig.server.count(.successful) == 3)
    }

    @Test func `answers pipelined requests in their order, however the bytes are cut`() throws {
        let rig = try ServerRig([Self.hello, Self.echo])
        let json = ["content-type: application/json"]
        let bytes = Array(
            (Client.request("GET", "/hello")
                + Client.request("POST", "/echo/a%2Fb", json, body: "1")
                + Client.request("HEAD", "/hello")
                + Client.request("POST", "/echo/c", json, body: "22"))
                .utf8)
        for cut in stride(from: 0, to: bytes.count, by: 5) {
            let client = try rig.client()
            try client.send(Array(bytes[..<cut]))
            try client.send(Array(bytes[cut...]))
            #expect(try client.answer().body == "hello")
            #expect(try client.answer().body == "a/b:1")
            #expect(try client.answer(isHead: true).fields["content-length"] == "5")
            #expect(try client.answer().body == "c:22")
        }
    }

    @Test func `answers after the client has ended its side, and then closes`() throws {
        let rig = try ServerRig([Self.hello])
        let client = try rig.client()
        try client.send(Client.request("GET", "/hello"))
        client.endSending()
        #expect(try client.answer().body == "hello")
        #expect(try client.isAtEnd())
    }

    @Test func `sends an answer much larger than the kernel's buffer to a slow reader`() throws {
        let big = String(repeating: "0123456789", count: 800_000)
        let rig = try ServerRig([.of(.get, "/big", .open { _ in .text(200, big) }), Self.hello])
        let client = try rig.client(receiveBytes: 4_096)
        for _ in 0..<3 { try client.send(Client.request("GET", "/big")) }
        #expect(try rig.client().ask("GET", "/hello").body == "hello")
        for _ in 0..<3 { #expect(try client.answer().body == big) }
    }

    @Test func `lets a handler wait without holding up the next connection`() throws {
        let gate = Guarded<[CheckedContinuation<Void, Never>]>([])
        let rig = try ServerRig([
            Self.hello,
            .of(
                .get, "/wait",
                .openAct { call in
                    await withCheckedContinuation { one in gate.withLock { $0.append(one) } }
                    return .text(200, "waited")
                }),
        ])
        let slow = try rig.client()
        try slow.send(Client.request("GET", "/wait") + Client.request("GET", "/hello"))
        while gate.withLock({ $0.isEmpty }) {
            #expect(try rig.client().ask("GET", "/hello").status == 200)
        }
        for one in gate.withLock({ $0 }) { one.resume() }
        #expect(try slow.answer().body == "waited")
        #expect(try slow.answer().body == "hello")
    }

    @Test func `says which methods a path takes, and that another is not there`() throws {
        let rig = try ServerRig([Self.hello])
        let client = try rig.client()
        let wrong = try client.ask("DELETE", "/hello")
        #expect(wrong.status == 405)
        #expect(wrong.fields["allow"] == "GET, HEAD, OPTIONS")
        #expect(try client.ask("OPTIONS", "/hello").status == 204)
        let missing = try client.ask("GET", "/hello/")
        #expect(missing.status == 404)
        #expect(missing.fields["content-type"] == "application/problem+json")
        let id = try #require(missing.fields["x-request-id"])
        #expect(
            missing.body == #"{"code":"not_found","detail":"There is nothing at this path","#
                + #""error":"There is nothing at this path","instance":"urn:titan:request:\#(id)","#
                + #""status":404,"title":"Not Found","type":"urn:titan:problem:not_found"}"#)
        #expect(try client.ask("GET", "/").body == "console")
        #expect(try client.ask("POST", "/").status == 404)
    }

    @Test func `takes only JSON where something is to change`() throws {
        let rig = try ServerRig([Self.echo])
        let client = try rig.client()
        for (type, status) in [
            ("application/json", 200), ("Application/JSON; charset=utf-8", 200),
            ("text/plain", 415), ("application/jsonp", 415),
        ] {
            let answer = try client.ask(
                "POST", "/echo/x", ["content-type: \(type)"], body: "{}")
            #expect(answer.status == status, "\(type)")
        }
        #expect(try client.ask("POST", "/echo/x", body: "{}").status == 415)
        #expect(try client.ask("POST", "/echo/x").status == 200)
        #expect(try client.ask("POST", "/echo/%zz").status == 400)
    }

    @Test func `verifies a token once for each connection, until something is revoked`() throws {
        let rig = try ServerRig([Self.mine])
        let client = try rig.client()
        func ask(_ token: String) throws -> Int {
            try client.ask("GET", "/mine", ["authorization: Bearer \(token)"]).status
        }
        for _ in 0..<3 { #expect(try ask("ann/observer/60") == 200) }
        #expect(rig.authenticator.asked.load(ordering: .relaxed) == 1)
        #expect(try ask("bob/observer/60") == 200)
        #expect(rig.authenticator.asked.load(ordering: .relaxed) == 2)
        rig.authenticator.ban("bob")
        #expect(try ask("bob/observer/60") == 401)
        #expect(try ask("ann/observer/-1") == 401)
    }

    @Test func `asks who calls, and says what they lack`() throws {
        let rig = try ServerRig([
            Self.mine, .of(.post, "/halt", .act(.halt) { _, caller in .text(200, caller.id) }),
        ])
        let client = try rig.client()
        let nobody = try client.ask("GET", "/mine")
        #expect(nobody.status == 401)
        #expect(nobody.fields["www-authenticate"] == #"Bearer realm="titan""#)
        #expect(
            try client.ask("GET", "/mine", ["authorization: Bearer null"]).body.contains(
                "token_missing"))
        let wrong = try client.ask("GET", "/mine", ["authorization: bearer nonsense"])
        #expect(wrong.fields["www-authenticate"]?.contains("invalid_token") == true)
        let weak = try client.ask("POST", "/halt", ["authorization: Bearer ann/observer/60"])
        #expect(weak.status == 403)
        #expect(weak.body.contains("This needs the permission halt"))
        #expect(
            try client.ask("POST", "/halt", ["authorization: Bearer bob/operator/60"]).body == "bob"
        )
    }

    @Test func `refuses what is not HTTP, and closes`() throws {
        let rig = try ServerRig([Self.hello])
        let client = try rig.client()
        try client.send("GARBAGE\r\n\r\n")
        #expect(try client.answer().status == 400)
        #expect(try client.isAtEnd())
        #expect(rig.server.counters[0].badRequests.map(\.count) == [1])
    }

    @Test func `tells a client nothing of a failure but the request's id`() throws {
        let rig = try ServerRig([
            .of(.get, "/fails", .open { _ throws(APIError) in throw .internalFailure("disk 7") })
        ])
        let answer = try rig.client().ask("GET", "/fails")
        #expect(answer.status == 500)
        #expect(!answer.body.contains("disk"))
    }

    @Test func `says that a port is in use`() throws {
        let rig = try ServerRig()
        let error = #expect(throws: Server.Failure.self) {
            _ = try Server(
                ServerOptions(
                    address: rig.server.address, loops: 1, endpoints: [],
                    authenticator: rig.authenticator, hub: rig.hub))
        }
        #expect(
            error?.description == "127.0.0.1:\(rig.server.port) is in use by another program")
    }

    @Test func `shares one port between its loops`() throws {
        let rig = try ServerRig(loops: 2, [Self.hello])
        for _ in 0..<64 { #expect(try rig.client().ask("GET", "/hello").status == 200) }
        #expect(rig.server.counters.allSatisfy { $0[.accepted] > 0 })
    }
}
