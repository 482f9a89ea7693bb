internal import Domain
public import Platform

/// The embedded bus without threads or clock: calls in, deliveries out.
///
/// Time is UTC in microseconds and is handed in; it must not decrease. The same calls give the
/// same deliveries: dictionaries are only looked up, never walked.
public struct BusCore: Sendable {
    /// A message for the subscriber of that number.
    public struct Delivery: Sendable {
        public let subscriber: Int
        public let message: BusMessage
    }

    private var streams: [StoredStream]
    /// For each stream, its consumers in the order in which they came.
    private var consumers: [[DurableConsumer]]
    /// Where a durable name is found.
    private var places: [String: (stream: Int, consumer: Int)] = [:]
    private var subscriptions: [(subscriber: Int, filter: SubjectFilter)] = []
    private var subscribers = 0
    private var advisories: UInt64 = 0
    private var deliveries: [Delivery] = []
    public private(set) var redelivered: UInt64 = 0

    public init(
        streams specifications: [StreamSpecification] = StreamSpecification.all,
        messagesMaximum: Int = Limits.Bus.streamMessagesMaximum,
        bytesMaximum: Int = Limits.Bus.streamBytesMaximum
    ) throws(BusError) {
        var streams: [StoredStream] = []
        for specification in specifications {
            streams.append(
                try StoredStream(
                    specification, messagesMaximum: messagesMaximum, bytesMaximum: bytesMaximum))
        }
        self.streams = streams
        consumers = Array(repeating: [], count: streams.count)
    }

    /// When something becomes due by itself.
    public var nextWake: Int64? { consumers.joined().compactMap(\.nextWake).min() }

    /// What there is to deliver since the last call, in order.
    public mutating func takeDeliveries() -> [Delivery] {
        defer { deliveries.removeAll(keepingCapacity: true) }
        return deliveries
    }

    /// Adds a core subscription and returns its subscriber's number.
    public mutating func subscribe(_ filter: String) throws(BusError) -> Int {
        let filter = try SubjectFilter(filter)
        subscribers += 1
        subscriptions.append((subscribers, filter))
        return subscribers
    }

    /// Adds a durable consumer and returns its subscriber's number.
    public mutating func consume(
        _ specification: ConsumerSpecification, at now: Int64
    ) throws(BusError) -> Int {
        let consumer = try DurableConsumer(specification, subscriber: subscribers + 1)
        let name = specification.stream
        guard let stream = streams.firstIndex(where: { $0.specification.name == name }) else {
            throw .streamMissing(name)
        }
        if places[specification.durable] != nil {
            throw .consumerBusy(durable: specification.durable)
        }
        if streams[stream].specification.retention == .workqueue,
            consumers[stream].contains(where: { $0.filter.overlaps(consumer.filter) })
        {
            throw .consumerOverlaps(durable: specification.durable, stream: name)
        }
        subscribers += 1
        places[specification.durable] = (stream, consumers[stream].count)
        consumers[stream].append(consumer)
        pump(stream, at: now)
        return subscribers
    }

    public mutating func publish(_ message: OutgoingMessage, at now: Int64) -> PublishOutcome {
        guard SubjectFilter.isSubject(message.subject) else {
            return .refused("\"\(message.subject)\" is not a subject")
        }
        guard message.payload.count <= Limits.Bus.payloadBytesMaximum else {
            return .refused("\(message.payload.count) bytes are more than a message may have")
        }
        let stream = streams.firstIndex { $0.takes(message.subject) }
        let outcome = stream.map { store(message, in: $0, at: now) }
        fanOut(message)
        if let stream { pump(stream, at: now) }
        if !message.isConfirmed { return .sent }
        return outcome ?? .refused("no stream takes the subject \(message.subject)")
    }

    public mutating func acknowledge(_ token: AckToken, at now: Int64) {
        guard let place = places[token.route],
            consumers[place.stream][place.consumer].settle(token.sequence)
        else { return }
        if streams[place.stream].specification.retention == .workqueue {
            streams[place.stream].remove(token.sequence)
        }
        pump(place.stream, at: now)
    }

    public mutating func negativeAcknowledge(
        _ token: AckToken, delayMicroseconds: Int64, at now: Int64
    ) {
        guard let place = places[token.route] else { return }
        consumers[place.stream][place.consumer].delay(
            token.sequence, until: now + max(0, delayMicroseconds))
        pump(place.stream, at: now)
    }

    /// As `acknowledge`: to the stream it is the same, only the sender means something else.
    public mutating func terminate(_ token: AckToken, at now: Int64) {
        acknowledge(token, at: now)
    }

    /// Does what has become due.
    public mutating func wake(at now: Int64) {
        for stream in streams.indices { pump(stream, at: now) }
    }

    private mutating func store(
        _ message: OutgoingMessage, in stream: Int, at now: Int64
    ) -> PublishOutcome {
        streams[stream].expire(at: now)
        if let id = message.messageID, let known = streams[stream].known(id, at: now) {
            return .stored(sequence: known, duplicate: true)
        }
        let released = consumers[stream].map(\.released).min() ?? .max
        let bytes = message.payload.count + message.subject.utf8.count
        guard streams[stream].makeRoom(for: bytes, released: released) else {
            return .refused("stream \(streams[stream].specification.name) is full")
        }
        return .stored(sequence: streams[stream].append(message, at: now), duplicate: false)
    }

    private mutating func fanOut(_ message: OutgoingMessage) {
        for subscription in subscriptions where subscription.filter.matches(message.subject) {
            deliveries.append(
                Delivery(
                    subscriber: subscription.subscriber,
                    message: BusMessage(
                        subject: message.subject, headers: message.deliveredHeaders,
                        payload: message.payload)))
        }
    }

    private mutating func pump(_ stream: Int, at now: Int64) {
        streams[stream].expire(at: now)
        for index in consumers[stream].indices {
            let steps = consumers[stream][index].due(in: streams[stream], at: now)
            let consumer = consumers[stream][index]
            for step in steps { perform(step, for: consumer, in: stream, at: now) }
        }
    }

    private mutating func perform(
        _ step: DurableConsumer.Step, for consumer: DurableConsumer, in stream: Int, at now: Int64
    ) {
        switch step {
        case .deliver(let sequence, let count):
            guard let entry = streams[stream][sequence] else { return }
            if count > 1 { redelivered += 1 }
            let token = AckToken(route: consumer.specification.durable, sequence: sequence)
            let message = BusMessage(
                subject: entry.message.subject, headers: entry.headers,
                payload: entry.message.payload, sequence: sequence, deliveries: count, token: token)
            deliveries.append(Delivery(subscriber: consumer.subscriber, message: message))
        case .exhausted(let sequence, let count):
            advisories += 1
            let advisory = MaxDeliveriesAdvisory(
                consumer: consumer.specification.durable, deliveries: count, number: advisories,
                sequence: sequence, stream: consumer.specification.stream)
            fanOut(advisory.message(at: Timestamp(microseconds: now)))
        }
    }
}
