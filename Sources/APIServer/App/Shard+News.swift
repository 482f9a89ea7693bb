import Loop
import Platform
import Wire

extension Shard {
    /// What the hub has published since the last look goes to every reader of this shard.
    func lookForNews() {
        guard outlet.takeNews() else { return }
        var batches = [LiveHub.News?](repeating: nil, count: Topic.allCases.count)
        for topic in Topic.allCases {
            let news = options.hub.news(topic, after: looked[topic.index])
            guard news.newest > looked[topic.index] else { continue }
            looked[topic.index] = news.newest
            batches[topic.index] = news
        }
        // A reader that is cut off may leave the list while it is walked.
        for connection in Array(readers) {
            var out = exchange(&output, with: [])
            out.removeAll(keepingCapacity: true)
            for topic in Topic.allCases {
                guard let news = batches[topic.index] else { continue }
                hand(news, of: topic, to: connection, &out)
            }
            output = out.isEmpty && !isBehind(connection) ? out : settle(connection, out)
        }
    }

    /// Goes on with a reader that is behind, now that it has room.
    func deliver(to connection: Connection, _ out: inout [UInt8]) {
        for topic in Topic.allCases {
            guard connection.leftoverCount == 0, out.count < Limits.Live.catchUpBytes,
                let reader = connection.reader, reader.closing.isOpen,
                let sent = reader.sent[topic.index], sent < looked[topic.index]
            else { continue }
            hand(options.hub.news(topic, after: sent), of: topic, to: connection, &out)
        }
    }

    /// Whether a reader lacks something that this shard knows of.
    func isBehind(_ connection: Connection) -> Bool {
        guard let reader = connection.reader, reader.closing.isOpen else { return false }
        return reader.sent.indices.contains { place in
            reader.sent[place].map { $0 < looked[place] } ?? false
        }
    }

    /// Hands one reader what it lacks of a topic, as far as `news` has it.
    ///
    /// A slow reader gets nothing until it has taken what it was sent before. Then it gets the
    /// newest state, or the events from where it stands; and if these are gone it is cut off.
    private func hand(
        _ news: LiveHub.News, of topic: Topic, to connection: Connection, _ out: inout [UInt8]
    ) {
        guard let reader = connection.reader, reader.closing.isOpen,
            var sent = reader.sent[topic.index], sent < news.newest
        else { return }
        if topic.nature == .event && sent + 1 < news.oldest {
            counters.add(.cutOff)
            let reason = "too slow: \(topic.rawValue) is \(news.newest - sent) messages ahead"
            return cut(connection, code: 1013, reason: reason, &out)
        }
        guard connection.leftoverCount == 0, let messages = news.messages,
            let first = messages.first?.place.sequence,
            topic.nature == .state || first <= sent + 1
        else { return }
        for message in messages where message.place.sequence > sent {
            if out.count >= Limits.Live.catchUpBytes { break }
            out += message.frame
            counters.add(.framesSent)
            counters.add(.conflated, Int(message.place.sequence - sent - 1))
            sent = message.place.sequence
        }
        connection.reader!.sent[topic.index] = sent
    }
}
