/// Frames as a server sends them: whole and unmasked. Encoded once, they are shared by all readers.
///
/// Source: RFC 6455, section 5.
public enum WebSocketFrame {
    public static func text(_ payload: [UInt8]) -> [UInt8] { encode(.text, payload) }
    public static func binary(_ payload: [UInt8]) -> [UInt8] { encode(.binary, payload) }
    public static func ping(_ payload: [UInt8] = []) -> [UInt8] { encode(.ping, payload) }
    public static func pong(_ payload: [UInt8] = []) -> [UInt8] { encode(.pong, payload) }

    /// A reason too long for a control frame is cut at a character.
    public static func close(code: UInt16, reason: String = "") -> [UInt8] {
        precondition(
            WebSocketCloseCode.isSendable(code), "Invariant: only codes meant for the wire are sent"
        )
        var payload = [UInt8(code >> 8), UInt8(truncatingIfNeeded: code)]
        for character in reason.unicodeScalars {
            let utf8 = UTF8.encode(character) ?? UTF8.encodedReplacementCharacter
            if payload.count + utf8.count > 125 { break }
            payload.append(contentsOf: utf8)
        }
        return encode(.close, payload)
    }

    /// Adds one frame to a buffer that holds others.
    /// - Parameter isPacked: Whether the payload is compressed, which its first bits tell.
    public static func append(
        _ opcode: WebSocketOpcode, _ payload: Span<UInt8>, isPacked: Bool = false,
        to output: inout [UInt8]
    ) {
        precondition(
            !opcode.isControl || payload.count <= 125,
            "Invariant: a control frame holds at most 125 bytes")
        output.append((isPacked ? 0xC0 : 0x80) | opcode.rawValue)
        switch payload.count {
        case ..<126: output.append(UInt8(payload.count))
        case ..<65_536:
            output.append(126)
            append(length: payload.count, bytes: 2, to: &output)
        default:
            output.append(127)
            append(length: payload.count, bytes: 8, to: &output)
        }
        output.append(payload)
    }

    private static func encode(_ opcode: WebSocketOpcode, _ payload: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = []
        frame.reserveCapacity(payload.count + 10)
        append(opcode, payload.span, to: &frame)
        return frame
    }

    private static func append(length: Int, bytes: Int, to output: inout [UInt8]) {
        for index in (0..<bytes).reversed() {
            output.append(UInt8(truncatingIfNeeded: length >> (8 * index)))
        }
    }
}
