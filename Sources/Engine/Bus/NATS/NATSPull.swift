import Platform

/// The requests for messages that one durable consumer makes, one at a time.
///
/// The server sends no more than was asked for, so a slow engine is not flooded: the next request
/// leaves when all messages of the last one are here or the server says there are no more for now.
struct NATSPull {
    struct Request {
        let number: Int
        let subject: String
        let payload: String
    }

    enum Answer {
        case message(BusMessage)
        /// The request has been answered; nothing for the engine.
        case ended
        /// The server no longer knows the consumer.
        case broken(String)
    }

    let specification: ConsumerSpecification
    /// Of the subscription on which its messages arrive.
    let number: Int
    private var request = 0
    /// How many messages the open request may still bring.
    private var outstanding = 0
    /// When the open request is given up, should the server say nothing at all.
    private var until: Int64 = 0

    init(_ specification: ConsumerSpecification, number: Int) {
        self.specification = specification
        self.number = number
    }

    /// The next request, when it is time for one. Source: NATS, ADR-13 "Pull Subscribe Internals".
    mutating func request(at now: Int64) -> Request? {
        guard outstanding == 0 || now >= until else { return nil }
        request += 1
        outstanding = min(Limits.Bus.fetchBatch, specification.pendingMaximum)
        until = now + (Limits.Bus.fetchSeconds + 5) * 1_000_000
        let expires = Limits.Bus.fetchSeconds * 1_000_000_000
        return Request(
            number: request,
            subject: "$JS.API.CONSUMER.MSG.NEXT."
                + "\(specification.stream).\(specification.durable)",
            payload: "{\"batch\":\(outstanding),\"expires\":\(expires)}")
    }

    mutating func received(_ message: NATSMessage) -> Answer {
        if let place = message.reply.flatMap(NATSPlace.init) {
            outstanding = max(0, outstanding - 1)
            return .message(place.busMessage(message))
        }
        guard message.subject.hasSuffix(".\(request)") else { return .ended }
        outstanding = 0
        let status = message.header("Status") ?? "none"
        if status == "404" || status == "408" { return .ended }
        return .broken("\(status) \(message.header("Description") ?? "")")
    }
}

/// What the reply subject of a delivered message says.
///
/// `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream sequence>.<consumer sequence>.<time>.<left>`,
/// newer servers with domain and account behind `ACK`. Source: NATS, ADR-15.
struct NATSPlace {
    let reply: String
    let deliveries: Int
    let sequence: UInt64

    init?(reply: String) {
        let tokens = reply.split(separator: ".")
        guard tokens.count >= 9, tokens[0] == "$JS", tokens[1] == "ACK" else { return nil }
        let first = tokens.count >= 11 ? 6 : 4
        guard let deliveries = Int(tokens[first]), let sequence = UInt64(tokens[first + 1]) else {
            return nil
        }
        self.reply = reply
        self.deliveries = deliveries
        self.sequence = sequence
    }

    func busMessage(_ message: NATSMessage) -> BusMessage {
        BusMessage(
            subject: message.subject, headers: message.headers, payload: message.payload,
            sequence: sequence, deliveries: deliveries,
            token: AckToken(route: reply, sequence: sequence))
    }
}
