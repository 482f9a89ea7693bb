import TestSupport

@testable import Wire

/// What an event was, in a line that two runs can be compared by.
func describe(_ event: HTTPEvent) -> String {
    switch event {
    case .request(let request):
        let fields = request.fields.map { "\($0.nameText)=\($0.valueText)" }.joined(separator: "|")
        return "\(request.method) \(request.pathText) ?\(request.queryText) @\(request.authority) "
            + "[\(fields)] \(String(decoding: request.body, as: UTF8.self)) #\(request.stream)"
    case .continueExpected: return "continue"
    case .refused(let error, let stream): return "\(error.status) \(error.code) #\(stream)"
    case .cancelled(let stream): return "cancelled #\(stream)"
    case .data(let bytes, let stream): return "data \(bytes) #\(stream)"
    case .ended(let stream): return "ended #\(stream)"
    }
}

/// A connection of the smallest size that still reads ordinary requests.
let maxima1 = HTTP1Maxima(requestLine: 64, fieldSection: 512, fields: 8, body: 32, pipeline: 512)
let noon = HTTPDate(seconds: 784_111_777)

/// Feeds pieces to a fresh connection, answering each request as soon as it is out.
struct Conversation {
    var connection = HTTP1Connection(maxima: maxima1)
    var events: [String] = []
    var output: [UInt8] = []

    mutating func send(_ bytes: Span<UInt8>, answer: Response = Response(status: 200)) {
        var new: [HTTPEvent] = []
        connection.receive(bytes, into: &new)
        while !new.isEmpty {
            let batch = new
            new = []
            for event in batch {
                events.append(describe(event))
                if case .continueExpected = event { continue }
                connection.respond(answer, date: noon, into: &output)
                connection.resume(into: &new)
            }
        }
    }

    mutating func send(_ text: String, answer: Response = Response(status: 200)) {
        let bytes = Array(text.utf8)
        send(bytes.span, answer: answer)
    }

    var written: String { String(decoding: output, as: UTF8.self) }

    /// What one text means when it comes in one piece.
    static func of(_ text: String) -> Conversation {
        var conversation = Conversation()
        conversation.send(text)
        return conversation
    }
}

/// Changes bytes at random: replaces, removes, doubles or cuts.
func mutated(_ bytes: [UInt8], using random: inout Seeded) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[index] = .random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(bytes[index], at: index)
        default: bytes.removeSubrange(index...)
        }
    }
    return bytes
}

/// A frame as a client sends it, masked with the key of RFC 6455, section 5.7.
func masked(
    _ first: UInt8, _ payload: [UInt8], key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
) -> [UInt8] {
    let count = payload.count
    let length: [UInt8] =
        count < 126
        ? [0x80 | UInt8(count)]
        : count < 65_536
            ? [0xFE, UInt8(count >> 8), UInt8(count & 255)]
            : [0xFF] + (0..<8).map { UInt8(count >> (56 - 8 * $0) & 255) }
    return [first] + length + key
        + payload.enumerated().map { $0.element ^ key[$0.offset % 4] }
}
