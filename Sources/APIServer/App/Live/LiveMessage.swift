import Crypto
import Domain
import Wire

/// One message of the live stream, encoded once, its bytes shared by all its readers.
struct LiveMessage: Sendable {
    enum Kind: Sendable {
        case snapshot
        case delta
        case notRecovered

        var name: StaticString {
            switch self {
            case .snapshot: "snapshot"
            case .delta: "delta"
            case .notRecovered: "not_recovered"
            }
        }
    }

    /// Where and when it stands, apart from its data.
    struct Place: Sendable {
        let topic: Topic
        let epoch: UInt64
        let sequence: UInt64
        let time: Timestamp
        let mode: Mode
    }

    let place: Place
    /// The whole WebSocket frame.
    let frame: [UInt8]
    /// Where in `frame` the data stands: a later snapshot of the topic repeats it.
    let data: Range<Int>

    /// Encodes the envelope, members in canonical order.
    /// - Parameter hashed: Whether it carries the SHA-256 of its data, which the client checks.
    init(_ kind: Kind, at place: Place, data: [UInt8], hashed: Bool = false) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("data")
        writer.raw(data)
        writer.key("epoch")
        writer.integer(place.epoch)
        if hashed {
            writer.key("hash")
            writer.string(SHA256.hash(data).hex)
        }
        writer.key("kind")
        writer.string(kind.name)
        writer.key("mode")
        writer.string(place.mode.name)
        writer.key("seq")
        writer.integer(place.sequence)
        writer.key("time")
        writer.string(place.time.text)
        writer.key("topic")
        writer.string(place.topic.rawValue)
        writer.endObject()
        self.place = place
        frame = WebSocketFrame.text(writer.bytes)
        let start = frame.count - writer.bytes.count + #"{"data":"#.utf8.count
        self.data = start..<start + data.count
    }
}
