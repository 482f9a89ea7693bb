/// A WebSocket frame of a server: whole, final, unmasked. Source: RFC 6455, section 5.2.
enum LiveFrame {
    static func text(_ payload: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = []
        frame.reserveCapacity(payload.count + 10)
        frame.append(0x81)
        switch payload.count {
        case ..<126: frame.append(UInt8(payload.count))
        case ..<65_536:
            frame.append(126)
            for shift in [8, 0] { frame.append(UInt8(truncatingIfNeeded: payload.count >> shift)) }
        default:
            frame.append(127)
            for shift in stride(from: 56, through: 0, by: -8) {
                frame.append(UInt8(truncatingIfNeeded: payload.count >> shift))
            }
        }
        frame += payload
        return frame
    }
}
