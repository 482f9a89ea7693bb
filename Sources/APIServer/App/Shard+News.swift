import Loop
import Platform
import Wire

/// What the hub has published, on its way to the readers of this shard.
extension Shard {
    func lookForNews() {
        guard outlet.takeNews() else { return }
        var batches: [(topic: Topic, batch: LiveBatch)] = []
        for topic in options.hub.topics {
            let after = looked[topic.index]
            let batch = LiveBatch(options.hub.news(topic, after: after), after: after)
            guard batch.newest > after else { continue }
            looked[topic.index] = batch.last
            batches.append((topic, batch))
            // The rest in the next turn: a turn is bounded, and the others have theirs in between.
            if batch.last < batch.newest { outlet.wake() }
        }
        guard !batches.isEmpty else { return }
        // A reader that is cut off may leave the list while it is walked.
        for channel in Array(channels) where channel.isOpen { tell(channel, batches) }
    }

    private func tell(_ channel: Channel, _ batches: [(topic: Topic, batch: LiveBatch)]) {
        let connection = channel.connection
        if batches.count == 1,
            let bytes = whole(batches[0].batch, of: batches[0].topic, for: channel)
        {
            // The usual case: the bytes that all share go to the kernel as they are.
            _ = settle(connection, bytes)
            return
        }
        var out = exchange(&output, with: [])
        out.removeAll(keepingCapacity: true)
        for (topic, batch) in batches { hand(batch, of: topic, to: channel, &out) }
        output =
            out.isEmpty && channel.stream == 0 && !isBehind(channel) ? out : settle(connection, out)
    }

    /// The frames of a batch where they are just what a WebSocket over HTTP/1.1 lacks.
    private func whole(_ batch: LiveBatch, of topic: Topic, for channel: Channel) -> [UInt8]? {
        guard channel.stream == 0, let socket = channel.socket,
            let sent = channel.sent[topic.index], fits(batch, topic, sent), hasRoom(channel)
        else { return nil }
        note(batch, of: topic, sent, channel)
        return batch.frames(windowBits: socket.deflate?.serverWindowBits, deflater)
    }

    /// Whether a batch is just what somebody lacks who has got so far.
    private func fits(_ batch: LiveBatch, _ topic: Topic, _ sent: UInt64) -> Bool {
        !batch.messages.isEmpty && sent < batch.last
            && (topic.nature == .state || sent == batch.after)
    }

    private func note(_ batch: LiveBatch, of topic: Topic, _ sent: UInt64, _ channel: Channel) {
        counters.add(.framesSent, batch.messages.count)
        let skipped = Int(batch.last - sent) - batch.messages.count
        if skipped > 0 { counters.add(.conflated, skipped) }
        channel.sent[topic.index] = batch.last
    }

    /// Hands a reader what it lacks of a topic, as far as the batch has it.
    ///
    /// A slow reader gets nothing until it has taken what it was sent before. Then it gets the
    /// newest state, or the events from where it stands; and if these are gone it is cut off.
    private func hand(
        _ batch: LiveBatch, of topic: Topic, to channel: Channel, _ out: inout [UInt8]
    ) {
        guard channel.isOpen, let sent = channel.sent[topic.index], sent < batch.newest else {
            return
        }
        if topic.nature == .event && sent + 1 < batch.oldest {
            counters.add(.cutOff)
            let reason = "too slow: \(topic.name) is \(batch.newest - sent) messages ahead"
            return cut(channel, code: 1013, reason: reason, &out)
        }
        guard hasRoom(channel), out.count < Limits.Live.catchUpBytes else { return }
        if let socket = channel.socket, fits(batch, topic, sent) {
            note(batch, of: topic, sent, channel)
            let bits = socket.deflate?.serverWindowBits
            return put(batch.frames(windowBits: bits, deflater), on: channel, &out)
        }
        guard let first = batch.messages.first?.place.sequence,
            topic.nature == .state || first <= sent + 1
        else { return }
        for message in batch.messages where message.place.sequence > sent {
            if out.count >= Limits.Live.catchUpBytes { break }
            let skipped = message.place.sequence - (channel.sent[topic.index] ?? 0) - 1
            counters.add(.framesSent)
            if skipped > 0 { counters.add(.conflated, Int(skipped)) }
            channel.sent[topic.index] = message.place.sequence
            put(encoded(message, for: channel), on: channel, &out)
        }
    }

    /// Goes on with the channels of a connection that are behind, now that there is room.
    func deliver(to connection: Connection, _ out: inout [UInt8]) {
        for channel in connection.channels where channel.isOpen {
            for topic in options.hub.topics {
                guard let sent = channel.sent[topic.index], sent < looked[topic.index],
                    hasRoom(channel), out.count < Limits.Live.catchUpBytes
                else { continue }
                let news = options.hub.news(topic, after: sent)
                hand(LiveBatch(news, after: sent), of: topic, to: channel, &out)
            }
        }
    }

    /// Whether a reader lacks something that this shard knows of.
    func isBehind(_ channel: Channel) -> Bool {
        channel.isOpen
            && channel.sent.indices.contains { place in
                channel.sent[place].map { $0 < looked[place] } ?? false
            }
    }
}
