/// Events as a server sends them over one long answer.
///
/// Source: the HTML standard, section 9.2, "Server-sent events".
public enum ServerSentEvent {
    /// A comment, which keeps the connection alive and reaches no program.
    public static let heartbeat = Array(":\n\n".utf8)

    /// How soon a client connects again, in milliseconds.
    public static func retry(milliseconds: Int) -> [UInt8] {
        Array("retry: \(milliseconds)\n\n".utf8)
    }

    /// What all readers of an event share: its name and its data, which any kind of line end splits.
    /// An `id` and the empty line that ends the event follow.
    public static func body(event: String, data: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count + 32)
        bytes.append("event: ")
        bytes.append(contentsOf: event.utf8)
        bytes.append("\ndata: ")
        var index = 0
        while index < data.count {
            let byte = data[index]
            index += 1
            if byte == 0x0D, index < data.count, data[index] == 0x0A { index += 1 }
            if byte == 0x0D || byte == 0x0A {
                bytes.append("\ndata: ")
            } else {
                bytes.append(byte)
            }
        }
        bytes.append("\n")
        return bytes
    }

    /// Ends an event, and tells the reader what it has got to.
    public static func end(id: String, to output: inout [UInt8]) {
        output.append("id: ")
        output.append(contentsOf: id.utf8)
        output.append("\n\n")
    }
}
