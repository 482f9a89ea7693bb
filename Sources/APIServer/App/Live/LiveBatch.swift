import Wire

/// What a topic has for all who have got to the same place, encoded once in each form that one of
/// them reads. It belongs to one shard and one turn.
final class LiveBatch {
    /// The sequence after which it begins.
    let after: UInt64
    let messages: [LiveMessage]
    /// The lowest sequence that the hub can still send, and the newest.
    let oldest: UInt64
    let newest: UInt64
    /// The plain frames, side by side.
    private var plain: [UInt8]?
    private var packed: [Int: [UInt8]] = [:]

    init(_ news: LiveHub.News, after: UInt64) {
        (self.after, oldest, newest) = (after, news.oldest, news.newest)
        messages = news.messages ?? []
    }

    /// The sequence that a reader has who got all of it.
    var last: UInt64 { messages.last?.place.sequence ?? newest }

    /// All frames side by side, compressed for a window of so many bits or not.
    func frames(windowBits: Int?, _ deflater: WebSocketDeflater) -> [UInt8] {
        guard let windowBits else {
            if let plain { return plain }
            let joined = messages.count == 1 ? messages[0].frame : messages.flatMap(\.frame)
            plain = joined
            return joined
        }
        if let packed = packed[windowBits] { return packed }
        var joined: [UInt8] = []
        for message in messages {
            joined += deflater.frame(
                message.isText ? .text : .binary, message.payload.span, windowBits: windowBits)
        }
        packed[windowBits] = joined
        return joined
    }
}
