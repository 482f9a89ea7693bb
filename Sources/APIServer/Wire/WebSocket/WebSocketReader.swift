/// The server's reading end of one WebSocket: bytes in, whole messages out. It does no I/O.
///
///     header ─▶ payload ─▶ header          (and `ended` after a Close frame or a broken rule)
///
/// Compressed messages are unpacked as they come, so that neither a long message nor one that is no
/// text is waited for.
///
/// Source: RFC 6455, sections 5 to 8; RFC 7692, section 6.
public struct WebSocketReader {
    private enum State {
        case header
        case payload(WebSocketHeader, left: Int)
        case ended
    }

    private let messageBytesMaximum: Int
    private let inflater: WebSocketInflater?
    private var state = State.header
    /// As much of the next frame's header as has come.
    private var header: [UInt8] = []
    /// What the message that is being read is; `nil` between messages.
    private var message: WebSocketOpcode?
    private var isPacked = false
    /// Bytes of the message as they came, when it is compressed.
    private var packedCount = 0
    private var payload: [UInt8] = []
    private var control: [UInt8] = []
    private var utf8 = UTF8Checker()
    private var opcode = WebSocketOpcode.continuation

    /// - Parameter deflate: What was agreed on about compression; `nil` for none.
    public init(messageBytesMaximum: Int, deflate: WebSocketDeflate? = nil) {
        self.messageBytesMaximum = messageBytesMaximum
        inflater = deflate.map(WebSocketInflater.init)
        header.reserveCapacity(14)
    }

    /// Consumes bytes from the client and adds what they meant. After `close` or `failed` nothing
    /// more is read.
    public mutating func receive(_ bytes: Span<UInt8>, into events: inout [WebSocketEvent]) {
        var position = 0
        do throws(WebSocketFailure) {
            while try step(bytes, &position, into: &events) {}
        } catch {
            end()
            events.append(.failed(error))
        }
    }

    private mutating func step(
        _ bytes: Span<UInt8>, _ position: inout Int, into events: inout [WebSocketEvent]
    ) throws(WebSocketFailure) -> Bool {
        switch state {
        case .ended: return false
        case .header: return try readHeader(bytes, &position)
        case .payload(let header, let left):
            let count = min(left, bytes.count - position)
            if count == 0 && left > 0 { return false }
            let part = bytes.extracting(position..<position + count)
            position += count
            try take(part, of: header, phase: header.length - left)
            state = .payload(header, left: left - count)
            if count == left { try finish(header, into: &events) }
            return true
        }
    }

    private mutating func readHeader(
        _ bytes: Span<UInt8>, _ position: inout Int
    ) throws(WebSocketFailure) -> Bool {
        while position < bytes.count {
            header.append(bytes[position])
            position += 1
            if header.count == 2 {
                opcode = try WebSocketHeader.check(header, mayBePacked: inflater != nil)
                try begin(opcode)
            }
            if header.count == WebSocketHeader.count(header) {
                let header = try WebSocketHeader(header, opcode: opcode)
                try checkLength(header)
                self.header.removeAll(keepingCapacity: true)
                state = .payload(header, left: header.length)
                return true
            }
        }
        return false
    }

    /// Checks that the frame may stand here.
    private mutating func begin(_ opcode: WebSocketOpcode) throws(WebSocketFailure) {
        switch opcode {
        case .continuation: if message == nil { throw .nothingToContinue }
        case .text, .binary:
            if message != nil { throw .interrupted }
            message = opcode
            (isPacked, packedCount) = (header[0] & 0x40 != 0, 0)
        case .close, .ping, .pong: break
        }
    }

    private func checkLength(_ header: WebSocketHeader) throws(WebSocketFailure) {
        if header.opcode.isControl { return }
        let count = isPacked ? packedCount : payload.count
        if header.length > messageBytesMaximum - count { throw .tooLong }
    }

    /// Takes a part of a payload, of which it is byte `phase` and following.
    private mutating func take(
        _ part: Span<UInt8>, of header: WebSocketHeader, phase: Int
    ) throws(WebSocketFailure) {
        if header.opcode.isControl {
            let start = control.count
            control.append(part)
            WebSocketMask.apply(header.mask, phase: phase, to: &control, from: start)
            return
        }
        let start = payload.count
        if isPacked {
            packedCount += part.count
            var packed: [UInt8] = []
            packed.append(part)
            WebSocketMask.apply(header.mask, phase: phase, to: &packed, from: 0)
            try unpack(from: start) { (inflater, payload, maximum) throws(WebSocketFailure) in
                try inflater.unpack(packed.span, into: &payload, bytesMaximum: maximum)
            }
        } else {
            payload.append(part)
            WebSocketMask.apply(header.mask, phase: phase, to: &payload, from: start)
            try checkText(from: start)
        }
    }

    /// Checks what came out also where it ends in an error: which rule was broken first does not
    /// depend on how the bytes were cut.
    private mutating func unpack(
        from start: Int,
        _ step: (WebSocketInflater, inout [UInt8], Int) throws(WebSocketFailure) -> Void
    ) throws(WebSocketFailure) {
        guard let inflater else { return }
        do throws(WebSocketFailure) {
            try step(inflater, &payload, messageBytesMaximum)
        } catch {
            try checkText(from: start)
            throw error
        }
        try checkText(from: start)
    }

    private mutating func checkText(from start: Int) throws(WebSocketFailure) {
        if message == .text, !utf8.check(payload, from: start) { throw .notUTF8 }
    }

    private mutating func finish(
        _ header: WebSocketHeader, into events: inout [WebSocketEvent]
    ) throws(WebSocketFailure) {
        state = .header
        if header.opcode.isControl {
            let payload = control
            control = []
            try finish(control: header.opcode, payload, into: &events)
        } else if header.isFinal {
            let start = payload.count
            if isPacked {
                try unpack(from: start) { (inflater, payload, maximum) throws(WebSocketFailure) in
                    try inflater.finish(into: &payload, bytesMaximum: maximum)
                }
            }
            if message == .text, !utf8.isComplete { throw .notUTF8 }
            events.append(message == .text ? .text(payload) : .binary(payload))
            (message, payload, utf8) = (nil, [], UTF8Checker())
        }
    }

    private mutating func finish(
        control opcode: WebSocketOpcode, _ payload: [UInt8], into events: inout [WebSocketEvent]
    ) throws(WebSocketFailure) {
        switch opcode {
        case .ping: events.append(.ping(payload))
        case .pong: events.append(.pong(payload))
        default:
            let (code, reason) = try WebSocketCloseCode.parse(payload)
            end()
            events.append(.close(code: code, reason: reason))
        }
    }

    private mutating func end() {
        state = .ended
        (header, payload, control) = ([], [], [])
    }
}
