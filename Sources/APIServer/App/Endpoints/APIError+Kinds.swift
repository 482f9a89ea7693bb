import Domain

extension APIError {
    /// Something in the request is wrong. `field` names the parameter, header or member.
    static func bad(_ field: String, _ expected: String) -> APIError {
        var json = JSONWriter()
        json.string(field)
        return APIError(
            .badRequest, code: "bad_request", message: "\(field): expected \(expected)",
            members: [("field", json.bytes)])
    }

    /// Not now: worth another try after `seconds`.
    static func unavailable(code: String, _ message: String, seconds: Int = 1) -> APIError {
        APIError(
            .unavailable, code: code, message: message,
            headers: [("retry-after", String(seconds))])
    }
}
