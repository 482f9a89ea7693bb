/// What bytes from a WebSocket client meant. Payloads are unmasked, messages are whole.
public enum WebSocketEvent: Hashable, Sendable {
    /// Valid UTF-8.
    case text([UInt8])
    case binary([UInt8])
    case ping([UInt8])
    case pong([UInt8])
    /// `code` is `nil` when the client gave none.
    case close(code: UInt16?, reason: String)
    /// The client broke a rule. The owner sends a Close frame with this code and disconnects.
    case failed(WebSocketFailure)
}

/// A rule that a client broke: the close code that tells it so, and a sentence.
public struct WebSocketFailure: Error, Hashable, Sendable {
    /// Source: RFC 6455, section 7.4.1.
    public let code: UInt16
    public let sentence: String

    static func protocolError(_ sentence: String) -> WebSocketFailure {
        WebSocketFailure(code: 1002, sentence: sentence)
    }

    static let notUTF8 = WebSocketFailure(code: 1007, sentence: "A text is not UTF-8.")
    static let notDeflated = WebSocketFailure(
        code: 1007, sentence: "A compressed message cannot be unpacked.")
    static let tooLong = WebSocketFailure(
        code: 1009, sentence: "A message is longer than this server reads.")
    static let unmasked = protocolError("A frame is not masked.")
    static let reservedBits = protocolError("A frame has a reserved bit set.")
    static let unknownOpcode = protocolError("A frame has an unknown opcode.")
    static let controlFragmented = protocolError("A control frame is fragmented.")
    static let controlTooLong = protocolError("A control frame is longer than 125 bytes.")
    static let lengthNotMinimal = protocolError("A frame's length is not in its shortest form.")
    static let lengthInvalid = protocolError("A frame's length has its highest bit set.")
    static let nothingToContinue = protocolError("A frame continues no message.")
    static let interrupted = protocolError("A message begins before the last one has ended.")
    static let closePayload = protocolError("A Close frame's payload is a single byte.")
    static let closeCode = protocolError("A Close frame's code is not one to send.")
}
