public import Wire

extension Authenticator {
    public func token(in request: Request) -> [UInt8]? { Bearer.token(in: request) }
}

/// A bearer token as a request carries it. Source: RFC 6750, section 2.1.
public enum Bearer {
    /// What `Authorization: Bearer` names. The console sends `null` and `undefined` when it has
    /// none, so these count as none.
    public static func token(in request: Request) -> [UInt8]? {
        guard let value = request.fields.bytes(of: "authorization"), value.count > scheme.count
        else { return nil }
        let start = value.startIndex + scheme.count
        for (byte, expected) in zip(value[..<start], scheme) where byte | 0x20 != expected {
            return nil
        }
        return meaningful(value[start...])
    }

    static func meaningful(_ token: ArraySlice<UInt8>) -> [UInt8]? {
        let absent = token.isEmpty || nothing.contains { token.elementsEqual($0) }
        return absent ? nil : Array(token)
    }

    /// `bearer ` in lower case; a space keeps its value when bit 5 is set.
    private static let scheme = Array("bearer ".utf8)
    private static let nothing = [Array("null".utf8), Array("undefined".utf8)]
}
