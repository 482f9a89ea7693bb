import Domain
import Testing

@testable import APIServer

@Suite struct `The login` {
    @Test(
        arguments: [
            ("", 415, nil), ("null", 400, "body"), ("{}", 400, "operator_id"),
            (#"{"operator_id":"ann"}"#, 400, "password"),
            (#"{"operator_id":"","password":"x"}"#, 400, "operator_id"),
            (
                #"{"operator_id":"\#(String(repeating: "a", count: 65))","password":"x"}"#, 400,
                "operator_id"
            ),
            (#"{"operator_id":["ann"],"password":"x"}"#, 400, "operator_id"),
            (#"{"operator_id":"ann","password":""}"#, 400, "password"),
            (
                #"{"operator_id":"ann","password":"\#(String(repeating: "a", count: 257))"}"#, 400,
                "password"
            ),
            (
                #"{"operator_id":"ann","password":"\#(String(repeating: "é", count: 200))"}"#, 400,
                "password"
            ),
            (#"{"operator_id":"ann","password":"x","otp":"1"}"#, 400, "otp"),
            (#"{"operator_id":"ann","operator_id":"bob","password":"x"}"#, 400, "body"),
            (#"{"operator_id":"ann","password":"x""#, 400, "body"),
            (String(repeating: " ", count: 4_097), 413, nil),
            (String(repeating: " ", count: 4_096), 400, "body"),
            (#"{"operator_id":"ann","password":"x"}"#, 401, nil),
        ] as [(String, Int, String?)])
    func `says what is wrong`(body: String, status: Int, field: String?) async throws {
        let rig = try await Shared.rig.value
        let fields = body.isEmpty ? [("Content-Type", "text/plain")] : []
        let reply = try #require(rig.client().post("/api/v1/auth/login", body, fields))
        #expect(reply.status == status, "\(reply.text)")
        #expect(reply.json["field"]?.text == field)
        try expectProblem(reply)
    }

    private enum Shared {
        static let rig = Task { try DeskRig() }
    }

    @Test func `lets the first operator in with the password from the file`() throws {
        let rig = try DeskRig()
        let body = #"{"operator_id":"operator","password":"\#(try rig.scratch.password())"}"#
        let reply = try #require(rig.client().post("/api/v1/auth/login", body))
        #expect(reply.status == 200)
        #expect(reply["cache-control"] == "no-store")
        #expect(reply.json["roles"]?.array?.compactMap(\.text) == ["operator", "risk_owner"])
        let token = try #require(reply.json["token"]?.text)
        #expect(rig.client(token).get("/api/v1/state")?.status == 200)
    }
}
