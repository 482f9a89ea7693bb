import Platform
import Wire

extension Services {
    var signIn: Endpoint {
        Endpoint(
            .post, "/api/v1/auth/login", operationID: "login",
            summary: "Exchanges a name and password for a token",
            answers: [
                (200, "The token and what it is good for"), (400, "Something is wrong"),
                (401, "No such name with such a password"), (415, "The body is not JSON"),
                (429, "Too many failed attempts"), (503, "Not now"),
            ],
            handler: .openAct { [login] call async throws(APIError) -> Response in
                // Before anything is parsed: anybody may ask this, as often as they like.
                guard call.request.body.count <= Limits.App.loginBytesMaximum else {
                    throw APIError(
                        .tooLarge, code: "body_too_long",
                        message: "body: at most \(Limits.App.loginBytesMaximum) bytes")
                }
                let body = try Body(call.request, members: ["operator_id", "password"])
                let name = try body.text("operator_id", maximum: Limits.App.operatorBytesMaximum)
                let password = try body.text("password", maximum: Limits.App.passwordBytesMaximum)
                guard password.utf8.count <= Limits.App.passwordBytesMaximum else {
                    throw .bad("password", "at most \(Limits.App.passwordBytesMaximum) bytes")
                }
                var response = Response.json(
                    200, try await login.session(name, password, from: call.address))
                response.fields.append(ResponseField("cache-control", "no-store"))
                return response
            })
    }
}
