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

        /// The name of a bare message as a server-sent event.
        var eventName: String { self == .notRecovered ? "not_recovered" : "message" }
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
    /// Where in `frame` the payload begins.
    private let start: Int
    let isText: Bool
    private let kind: Kind

    var payload: ArraySlice<UInt8> { frame[start...] }

    /// What all readers of it as a server-sent event share.
    var event: [UInt8] {
        let name = place.topic.isBare ? kind.eventName : place.topic.name
        return ServerSentEvent.body(event: name, data: payload.span)
    }

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
        writer.string(place.topic.name)
        writer.endObject()
        (self.place, self.kind, isText) = (place, kind, true)
        frame = WebSocketFrame.text(writer.bytes)
        start = frame.count - writer.bytes.count
        let dataStart = start + #"{"data":"#.utf8.count
        self.data = dataStart..<dataStart + data.count
    }

    /// Somebody's message as it is.
    init(bare payload: [UInt8], isText: Bool, _ kind: Kind = .delta, at place: Place) {
        (self.place, self.kind, self.isText) = (place, kind, isText)
        frame = isText ? WebSocketFrame.text(payload) : WebSocketFrame.binary(payload)
        start = frame.count - payload.count
        data = start..<frame.count
    }
}
