public import Domain
import Platform
import Synchronization

/// Where the engine's news is published and every shard picks it up for its readers.
///
/// A message is encoded once, by the thread that publishes it; the shards share its bytes. Nothing
/// is queued for a shard or for a reader: each keeps the sequence it has got to, and asks for what
/// came after. So a stalled shard or a slow reader holds nothing up and costs no memory: a state is
/// conflated to its newest by itself, and events are there as long as the ring holds them.
public final class LiveHub: Sendable {
    private struct Content {
        var topics: [LiveTopic]
        var outlets: [LiveOutlet] = []
    }

    private let content: Guarded<Content>
    private let epoch: UInt64
    private let began: (time: Timestamp, mode: Mode)

    /// - Parameters:
    ///   - epoch: Differs from that of every earlier process, so that nobody resumes across a
    ///     restart; at most 2⁵³ − 1, because clients keep it in a double.
    ///   - time: When the process began, and its mode: shown until something is published.
    public init(epoch: UInt64, time: Timestamp, mode: Mode) {
        precondition(epoch < 1 << 53, "Invariant: an epoch fits into a double")
        self.epoch = epoch
        began = (time, mode)
        content = Guarded(
            Content(topics: Topic.allCases.map { LiveTopic($0, epoch: epoch) }))
    }

    /// Publishes the new state, or the next event, of a topic. Any thread; never waits for a
    /// reader.
    /// - Parameter data: JSON, in canonical form where clients check its hash.
    public func publish(_ topic: Topic, data: [UInt8], time: Timestamp, mode: Mode) {
        let outlets = content.withLock { content in
            content.topics[topic.index].append(data, time: time, mode: mode)
            return content.outlets
        }
        for outlet in outlets { outlet.wake() }
    }

    /// From now on `outlet` is woken when there is news.
    func attach(_ outlet: LiveOutlet) { content.withLock { $0.outlets.append(outlet) } }

    func detach(_ outlet: LiveOutlet) {
        content.withLock { $0.outlets.removeAll { $0 === outlet } }
    }

    /// What a reader gets who begins, or resumes `after` a place; and the sequence it then has.
    func begin(_ topic: Topic, after: LiveCommand.Place?) -> (messages: [LiveMessage], at: UInt64) {
        content.withLock { content in
            let place = topic.index
            let sequence = content.topics[place].sequence
            if let after, after.epoch == epoch,
                let missed = content.topics[place].messages(after: after.sequence)
            {
                return (Array(missed), sequence)
            }
            var messages: [LiveMessage] = []
            if after != nil { messages.append(content.topics[place].notRecovered(began: began)) }
            if let now = content.topics[place].snapshot(began: began) { messages.append(now) }
            return (messages, sequence)
        }
    }

    /// What came after `sequence`, at most `maximum` messages; `nil` when some of it is gone.
    func messages(_ topic: Topic, after sequence: UInt64, maximum: Int) -> [LiveMessage]? {
        content.withLock { content in
            content.topics[topic.index].messages(after: sequence).map { Array($0.prefix(maximum)) }
        }
    }
}
