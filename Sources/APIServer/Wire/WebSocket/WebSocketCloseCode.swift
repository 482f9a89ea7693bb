/// Why a WebSocket ends. Source: RFC 6455, section 7.4, and the IANA registry it opened.
public enum WebSocketCloseCode {
    public static let normal: UInt16 = 1000
    public static let goingAway: UInt16 = 1001
    public static let protocolError: UInt16 = 1002
    public static let unsupportedData: UInt16 = 1003
    public static let policyViolation: UInt16 = 1008
    public static let tooLong: UInt16 = 1009
    public static let internalError: UInt16 = 1011
    public static let tryAgainLater: UInt16 = 1013

    /// Whether a code may stand in a frame: 1004 to 1006 and 1015 mean things that are never sent.
    public static func isSendable(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    /// Code and reason of a Close frame's payload.
    static func parse(
        _ payload: [UInt8]
    ) throws(WebSocketFailure) -> (code: UInt16?, reason: String) {
        if payload.isEmpty { return (nil, "") }
        if payload.count == 1 { throw .closePayload }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard isSendable(code) else { throw .closeCode }
        guard let reason = String(validating: payload.dropFirst(2), as: UTF8.self) else {
            throw .notUTF8
        }
        return (code, reason)
    }
}
