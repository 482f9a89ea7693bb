import Domain
import Engine
import Platform
import Testing

@testable import APIServer

@Suite struct `An operator` {
    private static let halt = "/api/v1/operator/halt"
    private static let resume = "/api/v1/operator/resume"
    private static let flatten = "/api/v1/operator/flatten"

    @Test func `halts the desk, sees why, and leads it back`() throws {
        let rig = try DeskRig()
        rig.open()
        let dealer = try rig.client(as: "dealer")
        #expect(dealer.get("/health/trade")?.text == #"{"may_open":true}"#)
        #expect(dealer.get("/health/ready")?.text == #"{"ready":true,"reasons":[]}"#)

        let before = rig.engine.haltWord.current
        let halted = try #require(dealer.post(Self.halt, #"{"reason":"smoke \"in\" the room"}"#))
        #expect(halted.status == 200)
        #expect(halted.json["action"]?.text == "HALT")
        #expect(halted.json["actor"]?.text == "dealer")
        #expect(halted.json["status"]?.text == "VERIFIED")
        #expect(halted.json["gate_closed"]?.bool == true)
        #expect(halted.json["halt_epoch"]?.integer == Int64(before + 1))
        rig.until("HALTED") { $0.breaker.state == .halted && $0.breaker.actor == "dealer" }

        let trade = try #require(dealer.get("/health/trade"))
        #expect(trade.status == 503)
        let obstacle = try #require(trade.json["obstacles"]?.array?.first)
        #expect(obstacle["code"]?.text == "operator_halt")
        #expect(obstacle["message"]?.text == #"breaker HALTED: smoke "in" the room"#)
        let state = try #require(dealer.get("/api/v1/state")?.json["breaker"])
        #expect(state["state"]?.text == "HALTED")
        #expect(state["reason"]?.text == #"smoke "in" the room"#)

        let stale = try #require(
            dealer.post(Self.resume, #"{"reason":"clear","halt_epoch":\#(before)}"#))
        #expect(stale.status == 409)
        #expect(stale.code == "epoch_moved")
        #expect(stale.json["receipt"]?["status"]?.text == "REJECTED")
        try expectProblem(stale)

        let resumed = try #require(dealer.post(Self.resume, #"{"reason":"clear"}"#))
        #expect(resumed.status == 200, "\(resumed.text)")
        #expect(resumed.json["breaker"]?.text == "DEFENSIVE")
        let again = try #require(dealer.post(Self.resume, #"{"reason":"clear"}"#))
        #expect(again.status == 409)
        #expect(again.code == "not_halted")
    }

    @Test func `is heard once for one idempotency key, but every halt raises the epoch`() throws {
        let rig = try DeskRig()
        rig.open()
        let dealer = try rig.client(as: "dealer")
        let key = [("Idempotency-Key", "0b5e")]
        let first = try #require(dealer.post(Self.halt, #"{"reason":"one"}"#, key))
        let second = try #require(dealer.post(Self.halt, #"{"reason":"two"}"#, key))
        #expect(first.status == 200)
        #expect(first.body == second.body)
        let epoch = try #require(first.json["halt_epoch"]?.integer)
        #expect(rig.engine.haltWord.current == UInt64(epoch) + 1)
        let other = try #require(
            rig.client(as: "owner").post(Self.halt, #"{"reason":"three"}"#, key))
        #expect(other.json["id"] != first.json["id"], "another person's key is another key")
    }

    @Test func `is told when the gate was closed, in the time since boot`() throws {
        let rig = try DeskRig()
        rig.open()
        let dealer = try rig.client(as: "dealer")
        let before = Machine.bootMicroseconds
        let halted = try #require(dealer.post(Self.halt, #"{"reason":"stop"}"#))
        let after = Machine.bootMicroseconds
        let closed = try #require(halted["gate-closed-boot-us"].flatMap { Int64($0) })
        #expect((before...after).contains(closed))
        let sinceRead = try #require(halted.json["gate_closed_us"]?.integer)
        #expect(closed - sinceRead >= before, "the request was read after it was sent")
    }

    @Test func `flattens only what is halted, unless they own the risk`() throws {
        let rig = try DeskRig()
        rig.open()
        let (dealer, owner) = (try rig.client(as: "dealer"), try rig.client(as: "owner"))
        let early = try #require(dealer.post(Self.flatten, #"{"reason":"out"}"#))
        #expect(early.status == 409)
        #expect(early.code == "not_halted")
        #expect(owner.post(Self.flatten, #"{"reason":"out"}"#)?.json["action"]?.text == "FLATTEN")
        #expect(dealer.post(Self.halt, #"{"reason":"stop"}"#)?.status == 200)
        rig.until("HALTED") { $0.breaker.state == .halted }
        let flattened = try #require(dealer.post(Self.flatten, #"{"reason":"out"}"#))
        #expect(flattened.status == 200)
        #expect(flattened.json["status"]?.text == "ACCEPTED")
    }

    @Test func `is not put off by others who fail to sign in under the same name`() throws {
        let rig = try DeskRig()
        let dealer = try rig.client(as: "dealer")
        let wrong = #"{"operator_id":"dealer","password":"wrong"}"#
        var statuses: [Int] = []
        for _ in 0..<12 {
            statuses.append(rig.client().post("/api/v1/auth/login", wrong)?.status ?? 0)
        }
        #expect(statuses.contains(429))
        #expect(dealer.post(Self.halt, #"{"reason":"stop"}"#)?.status == 200)
    }

    /// Body, header, status, and what the problem names.
    @Test(
        arguments: ["halt", "resume", "flatten"].flatMap { action in
            [
                (action, "", nil, 415, nil),
                (action, "{", nil, 400, "body"),
                (action, "[]", nil, 400, "body"),
                (action, "{}", nil, 400, "reason"),
                (action, #"{"reason":""}"#, nil, 400, "reason"),
                (action, #"{"reason":5}"#, nil, 400, "reason"),
                (action, #"{"reason":null}"#, nil, 400, "reason"),
                (
                    action, #"{"reason":"\#(String(repeating: "é", count: 501))"}"#, nil, 400,
                    "reason"
                ),
                (action, #"{"reason":"r","reason":"s"}"#, nil, 400, "body"),
                (action, #"{"reason":"r","actor":"me"}"#, nil, 400, "actor"),
                (action, #"{"reason":"r"} x"#, nil, 400, "body"),
                (action, #"{"reason":"r"}"#, "", 400, "Idempotency-Key"),
                (action, #"{"reason":"r"}"#, "a b", 400, "Idempotency-Key"),
                (
                    action, #"{"reason":"r"}"#, String(repeating: "k", count: 201), 400,
                    "Idempotency-Key"
                ),
            ]
        }
            + ["-1", "1.5", "\"1\"", "null", "9007199254740992", "NaN"].map {
                ("resume", #"{"reason":"r","halt_epoch":\#($0)}"#, nil, 400, "halt_epoch")
            } as [(String, String, String?, Int, String?)])
    func `is told what is wrong with a request, and nothing happens`(
        action: String, body: String, key: String?, status: Int, field: String?
    ) async throws {
        let rig = try await Shared.rig.value
        let epoch = rig.engine.haltWord.current
        let owner = rig.client(try await Shared.token.value)
        let reply = try #require(
            owner.post(
                "/api/v1/operator/\(action)", body,
                (key.map { [("Idempotency-Key", $0)] } ?? [])
                    + (body.isEmpty ? [("Content-Type", "text/plain")] : [])))
        #expect(reply.status == status, "\(reply.text)")
        #expect(reply.json["field"]?.text == field, "\(reply.text)")
        try expectProblem(reply)
        #expect(rig.engine.haltWord.current == epoch)
    }

    /// One desk for the whole table.
    private enum Shared {
        static let rig = Task { try DeskRig() }
        static let token = Task { try await rig.value.client(as: "owner").token! }
    }
}
