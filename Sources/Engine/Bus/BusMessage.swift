/// One header of a message. Names keep their case.
public struct BusHeader: Hashable, Sendable {
    public let name: String
    public let value: String

    /// The header by which a stream recognises a message that it already holds.
    public static let messageID = "Nats-Msg-Id"

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A message on its way out.
public struct OutgoingMessage: Hashable, Sendable {
    public let subject: String
    public let headers: [BusHeader]
    public let payload: [UInt8]
    /// Stored once per duplicate window of the stream, however often it is published.
    public let messageID: String?
    /// Whether the stream has to confirm it. Otherwise it is sent and forgotten, though a stream
    /// that covers the subject stores it all the same.
    public let isConfirmed: Bool

    /// By default a message is confirmed when its subject belongs to a stream.
    public init(
        subject: String, headers: [BusHeader] = [], payload: [UInt8], messageID: String? = nil,
        isConfirmed: Bool? = nil
    ) {
        self.subject = subject
        self.headers = headers
        self.payload = payload
        self.messageID = messageID
        self.isConfirmed =
            isConfirmed ?? (messageID != nil || StreamSpecification.isStreamed(subject))
    }

    /// The headers as they are delivered: with the message id, in order of their names.
    var deliveredHeaders: [BusHeader] {
        guard messageID != nil || headers.count > 1 else { return headers }
        let id = messageID.map { [BusHeader(name: BusHeader.messageID, value: $0)] } ?? []
        return (headers + id).sorted { ($0.name, $0.value) < ($1.name, $1.value) }
    }
}

/// A message that arrived.
public struct BusMessage: Hashable, Sendable {
    public let subject: String
    /// In order of their names.
    public let headers: [BusHeader]
    public let payload: [UInt8]
    /// Its place in the stream, from 1; 0 for a core message.
    public let sequence: UInt64
    /// How often it has been delivered to this consumer, from 1; 0 for a core message.
    public let deliveries: Int
    /// What to acknowledge it with; `nil` for a core message.
    public let token: AckToken?

    public init(
        subject: String, headers: [BusHeader] = [], payload: [UInt8], sequence: UInt64 = 0,
        deliveries: Int = 0, token: AckToken? = nil
    ) {
        self.subject = subject
        self.headers = headers
        self.payload = payload
        self.sequence = sequence
        self.deliveries = deliveries
        self.token = token
    }

    /// The first header of that name, case respected.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// Names one delivered message to the bus that delivered it.
public struct AckToken: Hashable, Sendable {
    /// The consumer's durable name, or NATS's reply subject.
    let route: String
    let sequence: UInt64
}

/// What became of a publish.
public enum PublishOutcome: Hashable, Sendable {
    /// The stream holds it. `duplicate`: it did before, at that sequence.
    case stored(sequence: UInt64, duplicate: Bool)
    /// Sent without asking for a confirmation.
    case sent
    /// No stream holds it, and none will.
    case refused(String)
    /// Its permit did not let it leave.
    case withheld
    /// Nobody knows: the confirmation did not come. It may be stored; it is never sent again.
    case unknown(String)
}

/// Which messages of a stream a durable consumer is for, and how patient it is.
public struct ConsumerSpecification: Hashable, Sendable {
    public let stream: String
    public let durable: String
    public let filter: String
    /// Microseconds until a message that was not acknowledged comes again.
    public let acknowledgeWaitMicroseconds: Int64
    /// Deliveries after which it stops coming and the bus says so.
    public let deliveriesMaximum: Int
    /// Messages delivered and not yet acknowledged; beyond it the consumer pauses.
    public let pendingMaximum: Int

    /// Source: domain-contract, section 3.3: 30 s and five deliveries.
    public init(
        stream: String, durable: String, filter: String,
        acknowledgeWaitMicroseconds: Int64 = 30_000_000, deliveriesMaximum: Int = 5,
        pendingMaximum: Int = 1_000
    ) {
        self.stream = stream
        self.durable = durable
        self.filter = filter
        self.acknowledgeWaitMicroseconds = acknowledgeWaitMicroseconds
        self.deliveriesMaximum = deliveriesMaximum
        self.pendingMaximum = pendingMaximum
    }

    /// Refuses what no bus can do.
    func check() throws(BusError) {
        _ = try SubjectFilter(filter)
        let name =
            !durable.isEmpty && durable.utf8.allSatisfy { $0 > 32 && !".*>/\\".utf8.contains($0) }
        let reason: String? =
            !name
            ? "the name must have no blanks, dots or wildcards"
            : acknowledgeWaitMicroseconds <= 0
                ? "the wait for an acknowledgement must be positive"
                : deliveriesMaximum < 1
                    ? "a message is delivered at least once"
                    : pendingMaximum < 1
                        ? "at least one message must be allowed to be pending" : nil
        if let reason { throw .invalidConsumer(durable: durable, reason: reason) }
    }
}
