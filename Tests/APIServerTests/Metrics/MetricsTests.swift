import Domain
import Engine
import Foundation
import Testing

@testable import APIServer

/// What Prometheus would say of a page. Source: its exposition formats, text format 0.0.4, and its
/// practices for naming.
struct MetricsLint {
    private var kinds: [String: String] = [:]
    private var helps: Set<String> = []
    private var samples: Set<String> = []
    private var family = ""
    private(set) var complaints: [String] = []
    private(set) var values: [String: String] = [:]

    init(_ text: String) {
        if !text.hasSuffix("\n") { complaints.append("the last line has no end") }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            line.hasPrefix("#") ? readComment(String(line)) : readSample(String(line))
        }
        for name in kinds.keys where !helps.contains(name) { complaints.append("\(name): no HELP") }
    }

    private mutating func readComment(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 3).map(String.init)
        guard words.count == 4, ["HELP", "TYPE"].contains(words[1]) else {
            return complaints.append("not a comment: \(line)")
        }
        let name = words[2]
        if words[1] == "HELP" {
            if !helps.insert(name).inserted { complaints.append("\(name): HELP twice") }
            if !words[3].hasSuffix(".") { complaints.append("\(name): HELP is no sentence") }
        } else {
            if kinds[name] != nil { complaints.append("\(name): TYPE twice") }
            kinds[name] = words[3]
            family = name
            check(name, words[3])
        }
    }

    private mutating func check(_ name: String, _ kind: String) {
        if name.wholeMatch(of: /titan_[a-z0-9_]+/) == nil { complaints.append("\(name): its name") }
        if (kind == "counter") != name.hasSuffix("_total") {
            complaints.append("\(name): a \(kind) of this name")
        }
        if !["counter", "gauge"].contains(kind) { complaints.append("\(name): a \(kind)") }
    }

    private mutating func readSample(_ line: String) {
        let pattern = /([a-z0-9_]+)(\{([a-z_]+="[^"\\\n]*",?)+\})? (-?[0-9]+(\.[0-9]+)?)/
        guard let match = line.wholeMatch(of: pattern) else {
            return complaints.append("not a sample: \(line)")
        }
        let name = String(match.1)
        if name != family { complaints.append("\(name): outside its family") }
        let place = name + (match.2.map(String.init) ?? "")
        if !samples.insert(place).inserted { complaints.append("\(place): twice") }
        values[place] = String(match.4)
    }
}

@Suite struct `The metrics` {
    @Test func `are what Prometheus takes, before the desk is there and after`() throws {
        let rig = try DeskRig(started: false)
        let early = MetricsLint(try #require(rig.client().get("/metrics")).text)
        #expect(early.complaints.isEmpty)
        #expect(early.values["titan_truth_score_points"] == nil)
        try rig.begin()
        let reply = try #require(rig.client().get("/metrics"))
        #expect(reply["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(MetricsLint(reply.text).complaints.isEmpty)
    }

    @Test func `speak of TLS where it is spoken`() throws {
        let directory = try PairDirectory()
        let identity = try TLSIdentity(directory.paths)
        let server = ServerCounters()
        server.add(.tls13, 3)
        server.add(.tlsFlooded)
        identity.reload()
        var page = MetricsPage()
        page.tls([server, server], identity)
        let lint = MetricsLint(page.text)
        #expect(lint.complaints.isEmpty)
        #expect(lint.values[#"titan_tls_handshakes_total{version="1.3"}"#] == "6")
        #expect(lint.values[#"titan_tls_failures_total{reason="flood"}"#] == "2")
        #expect(lint.values[#"titan_tls_reloads_total{result="succeeded"}"#] == "1")
        #expect(
            lint.values["titan_tls_certificate_expiry_seconds"]
                == String(PairDirectory.now + 10 * 86_400))
    }

    @Test func `count what happens`() throws {
        let rig = try DeskRig()
        rig.open()
        rig.signal("s1")
        rig.signal("s2", symbol: "DOGE/USDT")
        rig.untilDecided(2)
        let dealer = try rig.client(as: "dealer")
        _ = rig.client().post(
            "/api/v1/auth/login", #"{"operator_id":"dealer","password":"wrong"}"#)
        _ = rig.client("nonsense").get("/api/v1/state")
        _ = dealer.post("/api/v1/operator/resume", #"{"reason":"r"}"#)
        _ = dealer.post("/api/v1/operator/halt", #"{"reason":"r"}"#)
        _ = dealer.send("BREW", "/coffee")
        rig.publish("titan.signal.submit.v1", "{")
        rig.until("HALTED") { $0.breaker.state == .halted }
        let values = MetricsLint(try #require(dealer.get("/metrics")).text).values
        let expected = [
            "titan_truth_score_points": "100",
            #"titan_breaker_state{state="HALTED"}"#: "1",
            #"titan_breaker_state{state="NORMAL"}"#: "0",
            #"titan_decisions_total{verdict="approved"}"#: "1",
            #"titan_decisions_total{verdict="denied"}"#: "1",
            #"titan_denials_total{code="symbol_not_whitelisted"}"#: "1",
            #"titan_logins_total{result="succeeded"}"#: "1",
            #"titan_logins_total{result="failed"}"#: "1",
            "titan_tokens_refused_total": "1",
            #"titan_commands_total{action="RESUME",result="rejected"}"#: "1",
            #"titan_commands_total{action="HALT",result="accepted"}"#: "1",
            "titan_may_open": "0",
            "titan_armed": "1",
            "titan_bus_connected": "1",
            "titan_halt_epoch": String(rig.engine.haltWord.current),
        ]
        for (name, value) in expected { #expect(values[name] == value, "\(name)") }
        #expect(values[#"titan_http_responses_total{class="4xx"}"#].flatMap(Int.init) ?? 0 >= 3)
        #expect(values.keys.contains { $0.hasPrefix("titan_http_bad_requests_total{code=") })
    }
}
