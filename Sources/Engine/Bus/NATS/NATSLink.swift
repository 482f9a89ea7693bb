import CNATS
import Platform

/// The way to the server: a session while there is one, and what to set up in the next.
///
/// **Thread**: one at a time (it lies in a `Guarded`). It may wait for the server, a few seconds at
/// most, so nobody asks it who must not wait.
final class NATSLink {
    typealias Call = @Sendable () -> Void
    typealias Handler = @Sendable (BusMessage) -> Void

    private let url: String
    private let streams: [StreamSpecification]
    private let inbox: NATSInbox
    private(set) var session: NATSSession?
    private var connections = 0
    private var nextAttempt: Int64 = 0
    private var subscriptions: [(number: Int, filter: String)] = []
    private var consumers: [(number: Int, specification: ConsumerSpecification)] = []
    private var handlers: [Int: Handler] = [:]
    private var numbers = NATSSession.confirmations
    private var unconfirmed = Unconfirmed()
    private(set) var reason = ""
    private(set) var unknown: UInt64 = 0
    private(set) var redelivered: UInt64 = 0
    /// What to call when the link is no longer held.
    private var calls: [Call] = []

    init(url: String, streams: [StreamSpecification], inbox: NATSInbox) {
        self.url = url
        self.streams = streams
        self.inbox = inbox
    }

    var reconnects: UInt64 { UInt64(max(0, connections - 1)) }

    func takeCalls() -> [Call] {
        defer { calls = [] }
        return calls
    }

    /// Connects, and sets up again what was asked for. Without success everything stays as it was.
    func connect() throws(BusError) {
        let made = try NATSSession(
            url: url, number: connections + 1, streams: streams, inbox: inbox)
        for subscription in subscriptions {
            try made.subscribe(subscription.filter, number: subscription.number)
        }
        for consumer in consumers {
            try made.consume(consumer.specification, number: consumer.number)
        }
        connections += 1
        session = made
        reason = ""
    }

    func subscribe(_ filter: String, _ handler: @escaping Handler) throws(BusError) {
        numbers += 1
        try session?.subscribe(filter, number: numbers)
        subscriptions.append((numbers, filter))
        handlers[numbers] = handler
    }

    func consume(
        _ specification: ConsumerSpecification, _ handler: @escaping Handler
    ) throws(BusError) {
        if consumers.contains(where: { $0.specification.durable == specification.durable }) {
            throw .consumerBusy(durable: specification.durable)
        }
        guard let session else {
            throw .server(doing: "make the consumer \(specification.durable)", reason: reason)
        }
        numbers += 1
        try session.consume(specification, number: numbers)
        consumers.append((numbers, specification))
        handlers[numbers] = handler
    }

    /// Ends the session. Only when its buffers are gone do publishers hear that nobody knows.
    func lose(_ why: String, at now: Int64) {
        session = nil
        reason = why
        nextAttempt = now + Limits.Bus.reconnectMilliseconds * 1_000
        for outcome in unconfirmed.removeAll() {
            unknown += 1
            calls.append { outcome(.unknown(why)) }
        }
    }

    func hear(_ event: NATSEvent, at now: Int64) {
        switch event {
        case .closed(let connection):
            if connection == session?.number { lose("the connection was lost", at: now) }
        case .message(NATSSession.confirmations, let message): settle(message)
        case .message(let subscription, let message):
            guard let handler = handlers[subscription] else { return }
            if consumers.contains(where: { $0.number == subscription }) {
                pulled(message, subscription, handler, at: now)
            } else {
                let core = BusMessage(
                    subject: message.subject, headers: message.headers, payload: message.payload)
                calls.append { handler(core) }
            }
        }
    }

    /// Connects when it is time, gives up what waited too long, asks for more messages.
    func keepUp(at now: Int64) {
        if let deadline = unconfirmed.deadline, deadline <= now {
            lose("no confirmation came in time", at: now)
        }
        if session == nil, now >= nextAttempt {
            do throws(BusError) {
                try connect()
            } catch {
                reason = error.description
                nextAttempt =
                    Machine.bootMicroseconds + Limits.Bus.reconnectMilliseconds * 1_000
            }
        }
        session?.pull(at: now)
    }

    /// Writes a message to the socket, if it is for this connection and still may leave.
    func send(_ item: NATSPublish, at now: Int64) {
        let outcome = item.outcome
        guard let session, session.number == item.connection else {
            return refuse("the connection was lost before it was sent", outcome)
        }
        let isConfirmed = item.message.isConfirmed
        guard !isConfirmed || unconfirmed.count < Limits.Bus.unconfirmedMaximum else {
            return refuse("too many publishes wait for confirmation", outcome)
        }
        let number = isConfirmed ? unconfirmed.nextNumber() : nil
        var status = NATS_OK
        guard item.permit.pass({ status = session.send(item.message, confirming: number) }) else {
            return calls.append { outcome(.withheld) }
        }
        if let number, status == NATS_OK {
            unconfirmed.insert(
                number, until: now + Limits.Bus.publishTimeoutMicroseconds, outcome)
        } else {
            sent(status, at: now, outcome)
        }
    }

    func settle(_ token: AckToken, _ word: String, at now: Int64) {
        guard let session else { return }
        let status = session.answer(token.route, word)
        if status != NATS_OK { lose(natsReason(status), at: now) }
    }

    /// When something is due by itself.
    var wake: Int64 {
        guard session != nil else { return nextAttempt }
        return min(
            unconfirmed.deadline ?? .max,
            Machine.bootMicroseconds + Limits.Bus.fetchSeconds * 1_000_000)
    }

    private func sent(
        _ status: natsStatus, at now: Int64, _ outcome: @escaping Unconfirmed.Outcome
    ) {
        switch status {
        case NATS_OK: calls.append { outcome(.sent) }
        // Found before a byte was written.
        case NATS_MAX_PAYLOAD, NATS_INVALID_SUBJECT, NATS_INVALID_ARG, NATS_CONNECTION_CLOSED:
            refuse(natsReason(status), outcome)
        default:
            lose(natsReason(status), at: now)
            unknown += 1
            calls.append { outcome(.unknown(natsReason(status))) }
        }
    }

    private func refuse(_ why: String, _ outcome: @escaping Unconfirmed.Outcome) {
        calls.append { outcome(.refused(why)) }
    }

    private func settle(_ answer: NATSMessage) {
        guard let number = answer.subject.split(separator: ".").last.flatMap({ UInt64($0) }),
            let outcome = unconfirmed.settle(number)
        else { return }
        let result = PublishOutcome(answer)
        calls.append { outcome(result) }
    }

    private func pulled(
        _ message: NATSMessage, _ subscription: Int, _ handler: @escaping Handler, at now: Int64
    ) {
        guard let session, let index = session.pullIndex(of: subscription) else { return }
        switch session.received(message, pull: index) {
        case .ended: return
        case .broken(let why): lose("the consumer was lost: \(why)", at: now)
        case .message(let message):
            if message.deliveries > 1 { redelivered += 1 }
            calls.append { handler(message) }
        }
    }
}
