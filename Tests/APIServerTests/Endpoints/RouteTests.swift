import Domain
import Engine
import Testing
import Wire

@testable import APIServer

@Suite struct `Every route` {
    /// What each caller gets, in the order: no token, a wrong one, observer, operator, risk owner,
    /// admin.
    private struct Row {
        let method: String
        let target: String
        var body: String?
        let statuses: [Int]
    }

    private static let rows: [Row] = [
        Row(method: "GET", target: "/api/v1/state", statuses: [401, 401, 200, 200, 200, 200]),
        Row(method: "GET", target: "/api/v1/decisions", statuses: [401, 401, 200, 200, 200, 200]),
        Row(
            method: "GET", target: "/api/v1/decisions/dec-000000000001",
            statuses: [401, 401, 404, 404, 404, 404]),
        Row(
            method: "POST", target: "/api/v1/operator/resume", body: #"{"reason":"r"}"#,
            statuses: [401, 401, 403, 409, 409, 403]),
        Row(
            method: "POST", target: "/api/v1/operator/flatten", body: #"{"reason":"r"}"#,
            statuses: [401, 401, 403, 409, 200, 403]),
        Row(
            method: "POST", target: "/api/v1/operator/halt", body: #"{"reason":"r"}"#,
            statuses: [401, 401, 403, 200, 200, 403]),
        Row(method: "GET", target: "/ws/v1/stream", statuses: [401, 401, 426, 426, 426, 426]),
        Row(
            method: "GET", target: "/api/v1/events?topics=weather",
            statuses: [401, 401, 400, 400, 400, 400]),
        Row(method: "GET", target: "/metrics", statuses: [200, 200, 200, 200, 200, 200]),
        Row(method: "GET", target: "/health/live", statuses: [200, 200, 200, 200, 200, 200]),
        Row(method: "GET", target: "/health/ready", statuses: [503, 503, 503, 503, 503, 503]),
        Row(method: "GET", target: "/health/trade", statuses: [503, 503, 503, 503, 503, 503]),
        Row(method: "GET", target: "/api/v1/nothing", statuses: [404, 404, 404, 404, 404, 404]),
        Row(method: "GET", target: "/api/v1/auth/login", statuses: [405, 405, 405, 405, 405, 405]),
        Row(method: "DELETE", target: "/api/v1/state", statuses: [405, 405, 405, 405, 405, 405]),
    ]

    @Test func `answers each caller as their roles allow`() throws {
        let rig = try DeskRig()
        let callers =
            [rig.client(), rig.client("nonsense")]
            + (try ["watcher", "dealer", "owner", "clerk"].map { try rig.client(as: $0) })
        for row in Self.rows {
            let upgrade = row.target.hasPrefix("/ws")
            let fields =
                upgrade
                ? [
                    ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
                    ("Sec-WebSocket-Key", "short"),
                ] : []
            for (caller, status) in zip(callers, row.statuses) {
                let reply = try #require(
                    caller.send(row.method, row.target, body: row.body, fields: fields))
                #expect(reply.status == status, "\(row.method) \(row.target): \(reply.text)")
                if status >= 400 && !row.target.hasPrefix("/health") { try expectProblem(reply) }
            }
        }
    }

    @Test func `has a caller's row`() throws {
        let rig = try DeskRig()
        for endpoint in rig.server.services.endpoints where endpoint.operationID != "login" {
            let path = endpoint.path.split(separator: "{")[0]
            let row = Self.rows.contains {
                $0.target.hasPrefix(path) && $0.method == "\(endpoint.method.name)"
            }
            #expect(row, "\(endpoint.path)")
        }
    }
}

/// Expects a problem document, whole. Source: RFC 9457, section 3.
func expectProblem(_ reply: Reply, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(reply["content-type"] == "application/problem+json", sourceLocation: sourceLocation)
    let json = reply.json
    #expect(json["status"]?.integer == Int64(reply.status), sourceLocation: sourceLocation)
    for name in ["code", "detail", "error", "title", "type"] {
        #expect(json[name]?.text?.isEmpty == false, "\(name)", sourceLocation: sourceLocation)
    }
    #expect(json["detail"] == json["error"], sourceLocation: sourceLocation)
    if reply.status == 401 {
        #expect(reply["www-authenticate"] != nil, sourceLocation: sourceLocation)
    }
    if reply.status == 503 || reply.status == 429 {
        #expect(reply["retry-after"] != nil, sourceLocation: sourceLocation)
    }
}
