public import Domain

/// Somebody on the bus other than the engine: sees and sends bytes only.
///
/// A pure core: the same calls at the same times give the same bytes. It knows no clock, no thread
/// and no bus; a `ParticipantHost` brings it all three.
public protocol Participant {
    /// What it listens to.
    var subscriptions: [ParticipantSubscription] { get }

    /// UTC microseconds of its next own action; `nil`: it waits for messages only.
    var nextWake: Int64? { get }

    mutating func receive(_ message: BusMessage, at time: Timestamp) -> ParticipantOutput

    /// Does what is due. `time` is `nextWake` or later.
    mutating func wake(at time: Timestamp) -> ParticipantOutput

    /// Makes durable what the outputs since the last call rely on; they leave only after it.
    ///
    /// After a throw the participant is silent for good: nothing of it leaves any more.
    mutating func commit() throws(ParticipantError)
}

extension Participant {
    /// Nothing to keep.
    public mutating func commit() throws(ParticipantError) {}
}

/// One thing that a participant listens to.
public enum ParticipantSubscription: Hashable, Sendable {
    /// At most once, from now on.
    case core(String)
    /// At least once, until acknowledged.
    case durable(ConsumerSpecification)
}

/// What a participant wants done after a message or a wake.
public struct ParticipantOutput: Hashable, Sendable {
    /// To publish, in order.
    public var messages: [OutgoingMessage] = []
    /// Dealt with: acknowledged after the messages are published.
    public var acknowledged: [AckToken] = []

    public init() {}

    public mutating func append(_ other: ParticipantOutput) {
        messages += other.messages
        acknowledged += other.acknowledged
    }
}

/// Why a participant cannot go on.
public struct ParticipantError: Error, Hashable, Sendable, CustomStringConvertible {
    public let what: String
    public var description: String { what }

    public init(_ what: String) { self.what = what }
}
