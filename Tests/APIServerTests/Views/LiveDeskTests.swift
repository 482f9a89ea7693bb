import Domain
import Engine
import Testing

@testable import APIServer

@Suite struct `Whoever watches the desk` {
    /// Reads frames until one is what is looked for; `nil` when the stream falls silent.
    private func next(_ client: Client, _ isWanted: (JSON) -> Bool) throws -> JSON? {
        for _ in 0..<500 {
            let frame = try JSON.parse(try client.frame().payload)
            if isWanted(frame) { return frame }
        }
        return nil
    }

    @Test func `sees a decision, its steps, the halt and why nothing opens any more`() throws {
        let rig = try DeskRig()
        rig.open()
        let dealer = try rig.client(as: "dealer")
        let reader = try Client(port: rig.port)
        let token = try #require(dealer.token)
        let answer = try reader.upgrade(
            "/ws/v1/stream", ["sec-websocket-protocol: titan.v1, bearer.\(token)"])
        #expect(answer.status == 101)
        for topic in ["decisions", "trace", "breaker", "operator", "health"] {
            try reader.say(#"{"op":"subscribe","topic":"\#(topic)"}"#)
            let first = try #require(try next(reader) { $0["topic"]?.text == topic })
            #expect(first["kind"]?.text == "snapshot")
        }

        rig.signal("s1")
        let decision = try #require(
            try next(reader) { $0["topic"]?.text == "decisions" && $0["kind"]?.text == "delta" })
        #expect(decision["data"]?["verdict"]?.text == "approved")
        #expect(decision["mode"]?.text == "paper")
        let id = decision["data"]?["id"]
        let step = try #require(try next(reader) { $0["data"]?["step"]?.text == "dispatched" })
        #expect(step["data"]?["decision_id"] == id)
        #expect(step["data"]?["trace_id"] == decision["data"]?["trace_id"])

        #expect(dealer.post("/api/v1/operator/halt", #"{"reason":"enough"}"#)?.status == 200)
        var seen: Set<String> = []
        let isThere = try next(reader) { frame in
            switch frame["topic"]?.text {
            case "breaker" where frame["data"]?["reason"]?.text == "enough": seen.insert("breaker")
            case "operator" where frame["data"]?["reason"]?.text == "enough":
                seen.insert("operator")
            case "health" where frame["data"]?["may_open"]?.bool == false: seen.insert("health")
            default: break
            }
            return seen.count == 3
        }
        #expect(isThere != nil, "\(seen)")
    }
}
