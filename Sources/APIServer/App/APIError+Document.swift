import Domain

extension APIError {
    /// The problem document of this error, members in canonical order.
    ///
    /// `error` repeats the detail for the console, which shows that member and no other.
    /// - Parameter instance: The request's id, as in the log.
    public func document(instance: String) -> [UInt8] {
        var members: [(name: String, json: [UInt8])] = [
            ("code", Self.quoted(code)), ("detail", Self.quoted(message)),
            ("error", Self.quoted(message)),
            ("instance", Self.quoted("urn:titan:request:" + instance)),
            ("status", Array(String(status.rawValue).utf8)), ("title", Self.quoted(status.title)),
            ("type", Self.quoted("urn:titan:problem:" + code)),
        ]
        let reserved = members.map(\.name)
        members += self.members.filter { !reserved.contains($0.name) }
        members.sort { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
        var writer = JSONWriter()
        writer.beginObject()
        for member in members {
            writer.key(member.name)
            writer.raw(member.json)
        }
        writer.endObject()
        return writer.bytes
    }

    private static func quoted(_ text: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.string(text)
        return writer.bytes
    }
}

extension APIError.Status {
    /// Source: RFC 9110, section 15; RFC 6585.
    public var title: String {
        switch self {
        case .badRequest: "Bad Request"
        case .unauthorized: "Unauthorized"
        case .forbidden: "Forbidden"
        case .notFound: "Not Found"
        case .methodNotAllowed: "Method Not Allowed"
        case .timeout: "Request Timeout"
        case .conflict: "Conflict"
        case .gone: "Gone"
        case .lengthRequired: "Length Required"
        case .preconditionFailed: "Precondition Failed"
        case .tooLarge: "Content Too Large"
        case .uriTooLong: "URI Too Long"
        case .unsupportedType: "Unsupported Media Type"
        case .misdirected: "Misdirected Request"
        case .unprocessable: "Unprocessable Content"
        case .upgradeRequired: "Upgrade Required"
        case .preconditionRequired: "Precondition Required"
        case .tooMany: "Too Many Requests"
        case .headTooLarge: "Request Header Fields Too Large"
        case .internalError: "Internal Server Error"
        case .notImplemented: "Not Implemented"
        case .unavailable: "Service Unavailable"
        case .versionUnsupported: "HTTP Version Not Supported"
        }
    }
}
