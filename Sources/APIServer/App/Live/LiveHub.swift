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
    /// A lock for each topic: while one is being encoded the others can be read.
    private let contents: [Guarded<LiveTopic>]
    /// In the order of their places.
    let topics: [Topic]
    private let outlets = Guarded<[LiveOutlet]>([])
    let epoch: UInt64
    private let began: (time: Timestamp, mode: Mode)

    /// - Parameters:
    ///   - epoch: Differs from that of every earlier process, so that nobody resumes across a
    ///     restart; at most 2⁵³ − 1, because clients keep it in a double.
    ///   - time: When the process began, and its mode: shown until something is published.
    public init(
        epoch: UInt64, time: Timestamp, mode: Mode, topics: [Topic] = Topic.allCases
    ) {
        precondition(epoch < 1 << 53, "Invariant: an epoch fits into a double")
        self.epoch = epoch
        began = (time, mode)
        self.topics = topics
        contents = topics.map { Guarded(LiveTopic($0, epoch: epoch)) }
    }

    /// Publishes the new state, or the next event, of a topic. Any thread; never waits for a
    /// reader.
    /// - Parameter data: JSON, in canonical form where clients check its hash.
    public func publish(_ topic: Topic, data: [UInt8], time: Timestamp, mode: Mode) {
        contents[topic.index].withLock { $0.append(data, time: time, mode: mode) }
        for outlet in outlets.withLock({ $0 }) { outlet.wake() }
    }

    /// Publishes bytes as they are to everyone on a hub that stands alone. Any thread.
    func broadcast(_ payload: [UInt8], isText: Bool) {
        contents[Topic.broadcast.index].withLock { $0.append(bare: payload, isText: isText, began) }
        if isText { announce(payload) }
        for outlet in outlets.withLock({ $0 }) { outlet.wake() }
    }

    /// The same, to readers of events only.
    func announce(_ payload: [UInt8]) {
        contents[Topic.events.index].withLock { $0.append(bare: payload, isText: true, began) }
        for outlet in outlets.withLock({ $0 }) { outlet.wake() }
    }

    /// What a reader of events gets who names no topic: all of them; never a hub's bare broadcasts.
    var eventTopics: [Topic] { topics.filter { $0 != .broadcast } }

    /// From now on `outlet` is woken when there is news.
    func attach(_ outlet: LiveOutlet) { outlets.withLock { $0.append(outlet) } }

    func detach(_ outlet: LiveOutlet) {
        outlets.withLock { $0.removeAll { $0 === outlet } }
    }

    /// What a reader gets who begins, or resumes `after` a place.
    struct Beginning {
        /// To be sent at once.
        var messages: [LiveMessage] = []
        /// The sequence that the reader then has; what comes after it is still to be sent.
        var at: UInt64
        /// The newest there is.
        let newest: UInt64
    }

    func begin(_ topic: Topic, after: LiveCommand.Place?) -> Beginning {
        contents[topic.index].withLock { topic in
            let newest = topic.sequence
            if let after, after.epoch == epoch, topic.messages(after: after.sequence) != nil {
                return Beginning(at: after.sequence, newest: newest)
            }
            var beginning = Beginning(at: newest, newest: newest)
            if after != nil {
                beginning.messages.append(topic.notRecovered(began: began))
            }
            if let now = topic.snapshot(began: began) {
                beginning.messages.append(now)
            }
            return beginning
        }
    }

    /// What there is of a topic after a sequence.
    struct News: Sendable {
        /// In order, at most `Limits.Live.catchUpBytes`; `nil` when some of it is gone.
        let messages: [LiveMessage]?
        /// The lowest sequence that can still be sent, and the newest.
        let oldest: UInt64
        let newest: UInt64
    }

    func news(_ topic: Topic, after sequence: UInt64) -> News {
        contents[topic.index].withLock { topic in
            let messages = topic.messages(after: sequence)
            return News(
                messages: messages.map { Self.start(of: $0) }, oldest: topic.oldest,
                newest: topic.sequence)
        }
    }

    /// As many as a turn hands to everybody.
    private static func start(of messages: ArraySlice<LiveMessage>) -> [LiveMessage] {
        var bytes = 0
        return Array(
            messages.prefix { message in
                defer { bytes += message.frame.count }
                return bytes < Limits.Live.catchUpBytes
            })
    }
}
