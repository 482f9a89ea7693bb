import Crypto
import Domain
import Engine
import Platform
import Testing

@testable import APIServer

@Suite struct `The state` {
    @Test func `is the desk as it is, by a tag that names it`() throws {
        let rig = try DeskRig()
        rig.open()
        let watcher = try rig.client(as: "watcher")
        let reply = try #require(watcher.get("/api/v1/state"))
        let json = reply.json
        #expect(json["mode"]?.text == "paper")
        #expect(json["backends"]?["bus"]?.text == "embedded")
        #expect(json["truth"]?["score"] == .number("100"))
        #expect(json["budgets"]?["equity"]?.text == "100000")
        #expect(json["budgets"]?["daily_loss"]?["limit"]?.text == "1000")
        #expect(
            json["positions"]?.array?.compactMap { $0["symbol"]?.text }
                == ["BTC/USDT", "ETH/USDT", "SOL/USDT"])
        #expect(json["positions"]?.array?.first?["mark"]?.text == "50000")
        #expect(json["obstacles"] == .array([]))
        #expect(json["hashes"]?["policy"]?.text == Policy().hash.hex)
        #expect(json["hashes"]?["state"]?["digest"]?.text?.utf8.count == 64)
        #expect(try #require(reply["etag"]).hasPrefix("\""))
        #expect(reply["cache-control"] == "private, no-cache")
    }

    @Test func `is not sent again to whoever has it`() throws {
        let rig = try DeskRig()
        let watcher = try rig.client(as: "watcher")
        // Views come twenty times a second at most; one request in some falls within one.
        for form in ["%", "W/%", "\"other\", %", "*"] {
            let unchanged = (0..<200).contains { _ in
                guard let tag = watcher.get("/api/v1/state")?["etag"],
                    let second = watcher.get(
                        "/api/v1/state",
                        [("If-None-Match", form.replacing("%", with: tag))]),
                    second.status == 304
                else { return false }
                return second.body.isEmpty && (form == "*" || second["etag"] == tag)
            }
            #expect(unchanged, "\(form)")
        }
        #expect(watcher.get("/api/v1/state", [("If-None-Match", "\"other\"")])?.status == 200)
    }

    @Test func `is not there before the desk is`() throws {
        let rig = try DeskRig(started: false)
        let watcher = try rig.client(as: "watcher")
        for path in ["/api/v1/state", "/api/v1/decisions", "/api/v1/decisions/dec-000000000001"] {
            let reply = try #require(watcher.get(path))
            #expect(reply.status == 503)
            #expect(reply.code == "not_recovered")
            try expectProblem(reply)
        }
        let ready = try #require(watcher.get("/health/ready"))
        #expect(ready.status == 503)
        #expect(ready.json["reasons"]?.array?.first?["code"]?.text == "not_recovered")
        #expect(watcher.get("/health/live")?.status == 200)
    }
}

@Suite struct `The decisions` {
    @Test func `are listed newest first, filtered and paged`() throws {
        let rig = try DeskRig()
        rig.open()
        rig.signal("s1", phase: 1)
        rig.untilDecided(1)
        rig.signal("s2", symbol: "DOGE/USDT", phase: 2)
        rig.signal("s3", symbol: "ETH/USDT", phase: 3)
        rig.signal("s3", symbol: "ETH/USDT", phase: 3)
        rig.signal("s4", size: "-1", phase: 2)
        rig.untilDecided(5)
        let watcher = try rig.client(as: "watcher")
        func ids(_ query: String) throws -> [String] {
            let reply = try #require(watcher.get("/api/v1/decisions" + query))
            #expect(reply.status == 200, "\(reply.text)")
            return (reply.json["decisions"]?.array ?? []).compactMap { $0["signal_id"]?.text }
        }
        #expect(try ids("") == ["s4", "s3", "s3", "s2", "s1"])
        #expect(try ids("?verdict=approved") == ["s3", "s1"])
        #expect(try ids("?verdict=denied") == ["s4", "s3", "s2"])
        #expect(try ids("?phase=2") == ["s4", "s2"])
        #expect(try ids("?phase=0") == [])
        #expect(try ids("?symbol=ETHUSDT") == ["s3", "s3"])
        #expect(try ids("?symbol=ETH%2FUSDT&verdict=denied") == ["s3"])
        #expect(try ids("?code=size_invalid") == ["s4"])
        #expect(try ids("?code=duplicate_signal&symbol=ETH_USDT") == ["s3"])

        var (seen, after): ([String], String) = ([], "")
        for _ in 0..<4 {
            let page = try #require(watcher.get("/api/v1/decisions?limit=2" + after)).json
            seen += (page["decisions"]?.array ?? []).compactMap { $0["signal_id"]?.text }
            guard let next = page["next"]?.text else { break }
            after = "&after=\(next)"
        }
        #expect(seen == ["s4", "s3", "s3", "s2", "s1"])
    }

    @Test func `explain themselves by id`() throws {
        let rig = try DeskRig()
        rig.open()
        rig.signal("s1", size: "0.5")
        rig.untilDecided(1)
        let watcher = try rig.client(as: "watcher")
        let listed = try #require(
            watcher.get("/api/v1/decisions")?.json["decisions"]?.array?.first)
        let id = try #require(listed["id"]?.text)
        let decision = try #require(watcher.get("/api/v1/decisions/\(id)")).json
        #expect(decision == listed)
        #expect(decision["verdict"]?.text == "denied")
        #expect(decision["codes"]?.array?.compactMap(\.text) == ["order_notional"])
        #expect(decision["checks"]?.array?.count == Check.allCases.count)
        let check = try #require(
            decision["checks"]?.array?.first { $0["code"]?.text == "order_notional" })
        #expect(check["value"]?.text == "25000.5")
        #expect(check["limit"]?.text == "10000")
        #expect(check["margin"]?.text == "-15000.5")
        #expect(check["passed"]?.bool == false)
    }

    @Test(
        arguments: [
            ("?limit=0", "limit"), ("?limit=201", "limit"), ("?limit=", "limit"),
            ("?limit=x", "limit"), ("?limit=1.0", "limit"), ("?limit=%2B5", "limit"),
            ("?limit=99999999999999999999", "limit"), ("?limit=1&limit=2", "limit"),
            ("?after=-1", "after"), ("?after=x", "after"), ("?after=", "after"),
            ("?after=9999999999999999", "after"), ("?verdict=maybe", "verdict"),
            ("?verdict=", "verdict"), ("?verdict=Approved", "verdict"), ("?phase=4", "phase"),
            ("?phase=-1", "phase"), ("?phase=P1", "phase"), ("?symbol=", "symbol"),
            ("?symbol=btc%2Fusdt", "symbol"), ("?symbol=B", "symbol"),
            ("?symbol=%22%3B--", "symbol"),
            ("?symbol=AAAAAAAAAAAAAAAAAAAAAAAAA", "symbol"), ("?code=nonsense", "code"),
            ("?code=", "code"), ("?colour=red", "colour"), ("?limit=%ZZ", "query"),
            ("?limit=%FF", "query"), ("/dec-1", "id"), ("/dec-0000000000001", "id"),
            ("/ord-t-000000000001", "id"), ("/DEC-000000000001", "id"),
            ("/dec-00000000000x", "id"), ("/dec--00000000001", "id"), ("/%00", "id"),
        ])
    func `are refused by the name of what is wrong`(target: String, field: String) async throws {
        let rig = try await Shared.rig.value
        let watcher = rig.client(try await Shared.token.value)
        let reply = try #require(watcher.get("/api/v1/decisions" + target))
        #expect(reply.status == 400, "\(reply.text)")
        #expect(reply.json["field"]?.text == field, "\(reply.text)")
        try expectProblem(reply)
    }

    private enum Shared {
        static let rig = Task { try DeskRig() }
        static let token = Task { try await rig.value.client(as: "watcher").token! }
    }

    @Test func `survive a restart`() throws {
        let rig = try DeskRig()
        rig.open()
        rig.signal("s1")
        rig.untilDecided(1)
        let shelf = DecisionShelf()
        shelf.begin(with: rig.engine.decisions)
        let found = shelf.list(before: .max, limit: 10) { _ in true }.found
        #expect(found.map(\.record.signalId) == ["s1"])
        let view = try #require(rig.engine.view)
        let live = try #require(
            rig.server.services.feed.shelf.list(before: .max, limit: 1) { _ in true }.found.first)
        #expect(found[0].json == nil, "rendered when asked for")
        let binary = rig.server.services.binary.hex
        #expect(found[0].json(under: view, binary: binary) == live.json)
    }
}

@Suite struct `The shelf of decisions` {
    private func record(_ sequence: UInt64) -> DecisionRecord {
        var record = DecisionRecord()
        record.sequence = sequence
        return record
    }

    @Test func `keeps the latest and finds each of them`() {
        let shelf = DecisionShelf()
        let count = UInt64(Limits.App.decisionsMaximum + 1000)
        for sequence in 1...count { shelf.add(record(sequence), json: []) }
        let all = shelf.list(before: .max, limit: .max) { _ in true }
        #expect(!all.more)
        #expect(all.found.first?.record.sequence == count)
        #expect(all.found.count >= Limits.App.decisionsMaximum)
        #expect(all.found.count <= Limits.App.decisionsMaximum + Limits.App.decisionsPiece)
        let oldest = count + 1 - UInt64(all.found.count)
        for sequence in [oldest, oldest + 63, oldest + 64, count - 1, count] {
            #expect(shelf.decision(sequence)?.record.sequence == sequence)
        }
        #expect(shelf.decision(oldest - 1) == nil)
        #expect(shelf.decision(count + 1) == nil)
        #expect(shelf.decision(0) == nil)
    }

    @Test func `puts what was recovered before what has come meanwhile, once`() {
        let shelf = DecisionShelf()
        for sequence in [3, 4, 5] as [UInt64] { shelf.add(record(sequence), json: [1]) }
        shelf.begin(with: [1, 2, 3].map(record))
        let found = shelf.list(before: .max, limit: 10) { _ in true }.found
        #expect(found.map(\.record.sequence) == [5, 4, 3, 2, 1])
    }
}
