import CNGHTTP2

@testable import Wire

/// Frames as a client writes and reads them, made by hand so that nothing of the server is used.
enum HTTP2Frames {
    /// The client's preface and an empty SETTINGS frame. Source: RFC 9113, section 3.4.
    static let greeting =
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]

    static func frame(
        _ type: UInt8, flags: UInt8 = 0, stream: UInt32, _ payload: [UInt8] = []
    ) -> [UInt8] {
        let count = payload.count
        return [UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255), type, flags]
            + (0..<4).map { UInt8(stream >> (24 - 8 * $0) & 255) } + payload
    }

    /// Every field as a literal that is not indexed. Source: RFC 7541, section 6.2.2.
    static func headers(
        _ stream: UInt32, _ fields: [(String, String)], ends: Bool = true
    ) -> [UInt8] {
        var block: [UInt8] = []
        for (name, value) in fields {
            block += [0] + length(name.utf8.count) + Array(name.utf8)
            block += length(value.utf8.count) + Array(value.utf8)
        }
        return frame(1, flags: ends ? 5 : 4, stream: stream, block)
    }

    static func request(
        _ stream: UInt32, _ method: String, _ path: String, _ more: [(String, String)] = [],
        ends: Bool = true
    ) -> [UInt8] {
        headers(
            stream,
            [(":method", method), (":path", path), (":scheme", "http"), (":authority", "a")] + more,
            ends: ends)
    }

    static func data(_ stream: UInt32, _ text: String, ends: Bool = true) -> [UInt8] {
        frame(0, flags: ends ? 1 : 0, stream: stream, Array(text.utf8))
    }

    /// Source: RFC 7541, section 5.1, with a prefix of seven bits.
    private static func length(_ count: Int) -> [UInt8] {
        if count < 127 { return [UInt8(count)] }
        var (bytes, rest): ([UInt8], Int) = ([127], count - 127)
        while rest >= 128 {
            bytes.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}

/// What a server wrote, one line a frame, its field sections inflated by nghttp2.
@safe final class HTTP2Transcript {
    private var inflater: OpaquePointer?

    init() { unsafe nghttp2_hd_inflate_new(&inflater) }

    deinit { unsafe nghttp2_hd_inflate_del(inflater) }

    func lines(_ bytes: [UInt8]) -> [String] {
        var (lines, rest): ([String], ArraySlice<UInt8>) = ([], bytes[...])
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let count = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            let stream = head[5...].reduce(0) { $0 << 8 | Int($1) }
            let payload = Array(rest.dropFirst(9).prefix(count))
            lines.append(line(type: head[3], flags: head[4], stream: stream, payload))
            rest = rest.dropFirst(9 + count)
        }
        return lines
    }

    private func line(type: UInt8, flags: UInt8, stream: Int, _ payload: [UInt8]) -> String {
        let end = flags & 1 != 0 ? " end" : ""
        switch type {
        case 0: return "DATA \(stream) \(String(decoding: payload, as: UTF8.self))\(end)"
        case 1: return "HEADERS \(stream) \(inflate(payload))\(end)"
        case 3: return "RST_STREAM \(stream) \(number(payload[...]))"
        case 4: return flags & 1 != 0 ? "SETTINGS ack" : "SETTINGS"
        case 7: return "GOAWAY \(number(payload[..<4])) \(number(payload[4..<8]))"
        case 8: return "WINDOW_UPDATE \(stream)"
        default: return "\(type) \(stream)"
        }
    }

    private func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    private func inflate(_ block: [UInt8]) -> String {
        var (text, offset): ([String], Int) = ([], 0)
        while offset <= block.count {
            var (pair, flags) = unsafe (nghttp2_nv(), CInt(0))
            let count = unsafe block.withUnsafeBufferPointer {
                unsafe nghttp2_hd_inflate_hd2(
                    inflater, &pair, &flags, $0.baseAddress! + offset, $0.count - offset, 1)
            }
            if count < 0 { return "broken" }
            offset += count
            if flags & CInt(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
                let name = unsafe UnsafeBufferPointer(start: pair.name, count: pair.namelen)
                let value = unsafe UnsafeBufferPointer(start: pair.value, count: pair.valuelen)
                unsafe text.append(
                    String(decoding: name, as: UTF8.self) + "="
                        + String(decoding: value, as: UTF8.self))
            }
            if flags & CInt(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 { break }
        }
        unsafe nghttp2_hd_inflate_end_headers(inflater)
        return text.joined(separator: "|")
    }
}
