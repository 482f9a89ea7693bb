extension Client {
    struct Frame: Equatable {
        let opcode: UInt8
        let payload: [UInt8]
        var text: String { String(decoding: payload, as: UTF8.self) }
        /// Of a Close frame.
        var code: UInt16 { UInt16(payload[0]) << 8 | UInt16(payload[1]) }
        var reason: String { String(decoding: payload.dropFirst(2), as: UTF8.self) }
    }

    /// Asks for the live stream.
    func upgrade(_ path: String = "/ws/v1/stream", _ fields: [String] = []) throws -> Answer {
        try ask(
            "GET", path,
            [
                "upgrade: websocket", "connection: Upgrade", "sec-websocket-version: 13",
                "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
            ] + fields)
    }

    /// Sends a masked text, shorter than 64 KiB, so many times in one piece.
    func say(_ text: String, opcode: UInt8 = 1, times: Int = 1) throws {
        let payload = Array(text.utf8)
        let mask: [UInt8] = [1, 2, 3, 4]
        var frame: [UInt8] = [0x80 | opcode]
        if payload.count < 126 {
            frame.append(0x80 | UInt8(payload.count))
        } else {
            frame += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        }
        frame += mask
        frame += payload.enumerated().map { $1 ^ mask[$0 % 4] }
        try send([[UInt8]](repeating: frame, count: times).flatMap { $0 })
    }

    func frame() throws -> Frame {
        let head = try take(2)
        var length = Int(head[1])
        if length == 126 { length = try take(2).reduce(0) { $0 << 8 | Int($1) } }
        if length == 127 { length = try take(8).reduce(0) { $0 << 8 | Int($1) } }
        return Frame(opcode: head[0] & 15, payload: try take(length))
    }
}
