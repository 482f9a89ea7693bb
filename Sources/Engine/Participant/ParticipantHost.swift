import Domain
import Platform

/// A participant on a bus: what arrives is queued, and everything happens in `run(at:)`.
///
/// In virtual time the simulation calls `run` when `nextWake` says so; in wall time a
/// `ParticipantThread` does.
///
/// Thread: one at a time; the bus's closures touch the queue only.
public final class ParticipantHost {
    private struct Inbox {
        var messages: [BusMessage] = []
        var dropped: UInt64 = 0
    }

    public internal(set) var participant: any Participant
    /// Why it is silent for good; `nil` while it is not.
    public private(set) var failure: ParticipantError?
    private let bus: any Bus
    private let inbox = Guarded(Inbox())
    private var latest: Int64 = .min

    /// Subscribes at once. `arrival` is called after each message, on the bus's thread.
    public init(
        _ participant: any Participant, bus: any Bus,
        arrival: @escaping @Sendable () -> Void = {}
    ) throws(BusError) {
        self.participant = participant
        self.bus = bus
        let deliver: @Sendable (BusMessage) -> Void = { [inbox] message in
            inbox.withLock { inbox in
                // A durable one is never dropped: the bus holds back when too many are pending.
                if message.token == nil, inbox.messages.count >= Limits.Desk.inboxMaximum {
                    inbox.dropped += 1
                } else {
                    inbox.messages.append(message)
                }
            }
            arrival()
        }
        for subscription in participant.subscriptions {
            switch subscription {
            case .core(let filter): try bus.subscribe(filter, deliver: deliver)
            case .durable(let specification): try bus.consume(specification, deliver: deliver)
            }
        }
    }

    /// Core messages that came faster than they were taken.
    public var dropped: UInt64 { inbox.withLock { $0.dropped } }

    /// When `run` is due: the time of the latest run when a message waits, so not later than now.
    public var nextWake: Int64? {
        if failure != nil { return nil }
        if inbox.withLock({ !$0.messages.isEmpty }) { return latest }
        return participant.nextWake
    }

    /// Takes what has arrived, does what is due, makes it durable, and lets it leave: in this order.
    public func run(at time: Int64) {
        latest = time
        let arrived = inbox.withLock { inbox in
            defer { inbox.messages.removeAll(keepingCapacity: true) }
            return inbox.messages
        }
        guard failure == nil else { return }
        let now = Timestamp(microseconds: time)
        var output = ParticipantOutput()
        for message in arrived { output.append(participant.receive(message, at: now)) }
        if let wake = participant.nextWake, wake <= time {
            output.append(participant.wake(at: now))
        }
        do { try participant.commit() } catch {
            failure = error
            return
        }
        for message in output.messages { bus.publish(message) { _ in } }
        for token in output.acknowledged { bus.acknowledge(token) }
    }
}
