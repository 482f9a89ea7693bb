/// The first bytes of a frame, from its opcode to its mask. Source: RFC 6455, section 5.2.
struct WebSocketHeader: Sendable {
    let opcode: WebSocketOpcode
    let isFinal: Bool
    /// Whether it begins a compressed message.
    let isPacked: Bool
    let length: Int
    /// The four bytes of the mask; the first is the lowest.
    let mask: UInt32

    /// How many bytes the header takes, as far as the first two tell; `nil` before they have come.
    static func count(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 2 else { return nil }
        return switch bytes[1] & 0x7F {
        case 126: 8
        case 127: 14
        default: 6
        }
    }

    /// Checks what the first two bytes tell, before any more are waited for.
    /// - Parameter mayBePacked: Whether compression was agreed on.
    static func check(
        _ bytes: [UInt8], mayBePacked: Bool
    ) throws(WebSocketFailure) -> WebSocketOpcode {
        guard let opcode = WebSocketOpcode(rawValue: bytes[0] & 0x0F) else { throw .unknownOpcode }
        // Only the first frame of a message says that it is compressed. Source: RFC 7692, 6.
        let isFirst = opcode == .text || opcode == .binary
        let allowed: UInt8 = mayBePacked && isFirst ? 0x30 : 0x70
        if bytes[0] & allowed != 0 { throw .reservedBits }
        if bytes[1] & 0x80 == 0 { throw .unmasked }
        if opcode.isControl {
            if bytes[0] & 0x80 == 0 { throw .controlFragmented }
            if bytes[1] & 0x7F > 125 { throw .controlTooLong }
        }
        return opcode
    }

    /// - Parameter bytes: exactly the header, of which the first two were checked.
    init(_ bytes: [UInt8], opcode: WebSocketOpcode) throws(WebSocketFailure) {
        self.opcode = opcode
        isPacked = bytes[0] & 0x40 != 0
        isFinal = bytes[0] & 0x80 != 0
        length = try Self.length(bytes)
        mask = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func length(_ bytes: [UInt8]) throws(WebSocketFailure) -> Int {
        let short = Int(bytes[1] & 0x7F)
        if short < 126 { return short }
        let wide = bytes[2..<bytes.count - 4].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let length = Int(exactly: wide) else { throw .lengthInvalid }
        if length < (short == 126 ? 126 : 65_536) { throw .lengthNotMinimal }
        return length
    }
}
