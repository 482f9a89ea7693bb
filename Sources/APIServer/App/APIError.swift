/// A request that could not be answered as asked: what the client is told, and what only the log
/// may know.
///
/// Source: RFC 9457 (problem details), whose members `document` writes.
public struct APIError: Error, Sendable {
    /// An HTTP status that means failure. No other number can be put here.
    public enum Status: Int, Sendable, CaseIterable {
        case badRequest = 400
        case unauthorized = 401
        case forbidden = 403
        case notFound = 404
        case methodNotAllowed = 405
        case timeout = 408
        case conflict = 409
        case gone = 410
        case lengthRequired = 411
        case preconditionFailed = 412
        case tooLarge = 413
        case uriTooLong = 414
        case unsupportedType = 415
        case misdirected = 421
        case unprocessable = 422
        case upgradeRequired = 426
        case preconditionRequired = 428
        case tooMany = 429
        case headTooLarge = 431
        case internalError = 500
        case notImplemented = 501
        case unavailable = 503
        case versionUnsupported = 505
    }

    public let status: Status
    /// Stable and machine-readable, part of the API: `order_too_large`.
    public let code: String
    /// For the client's developer. Never names hosts, tables or other clients.
    public let message: String
    /// What the answer carries besides: `www-authenticate`, `retry-after`, `allow`. Lower-case names.
    public var headers: [(name: String, value: String)]
    /// Further members of the document, each value JSON already: the basis that was expected.
    public var members: [(name: String, json: [UInt8])]
    /// For our log only.
    public var cause: String?

    public init(
        _ status: Status, code: String, message: String,
        headers: [(name: String, value: String)] = [],
        members: [(name: String, json: [UInt8])] = [], cause: String? = nil
    ) {
        (self.status, self.code, self.message) = (status, code, message)
        (self.headers, self.members, self.cause) = (headers, members, cause)
    }

    /// A failure of ours: the client learns nothing of it but the request's id.
    public static func internalFailure(_ cause: String) -> APIError {
        APIError(.internalError, code: "internal", message: "Internal error", cause: cause)
    }

    /// No identity, or one that does not hold. Source: RFC 6750, section 3.
    public static func unauthorized(code: String, message: String) -> APIError {
        let challenge =
            code == "token_missing"
            ? #"Bearer realm="titan""# : #"Bearer realm="titan", error="invalid_token""#
        return APIError(
            .unauthorized, code: code, message: message,
            headers: [("www-authenticate", challenge)])
    }

    /// An identity that holds, and may not do this.
    public static func forbidden(_ permission: Permission) -> APIError {
        APIError(
            .forbidden, code: "permission_missing",
            message: "This needs the permission \(permission.rawValue)")
    }
}
