import CNATS
import Domain
import Platform

/// All that lives and dies with one connection: subscriptions, open pulls, the inbox's name.
final class NATSSession {
    /// Where the server sends confirmations.
    static let confirmations = 0

    let number: Int
    /// Under which all answers to us arrive.
    private let prefix: String
    private let connection: NATSConnection
    private let inbox: NATSInbox
    private var subscriptions: [Subscription] = []
    private var pulls: [NATSPull] = []

    /// A class, because an array holds no value that cannot be copied.
    private final class Subscription {
        let value: NATSSubscription
        init(_ value: consuming NATSSubscription) { self.value = value }
    }

    /// Connects and makes sure of the streams.
    init(
        url: String, number: Int, streams: [StreamSpecification], inbox: NATSInbox
    ) throws(BusError) {
        let random = Machine.randomBytes(count: 12).map { String($0, radix: 16) }
        self.number = number
        self.inbox = inbox
        prefix = "_INBOX.titan" + random.joined()
        connection = try NATSConnection(url: url, number: number, inbox: inbox)
        let administration = try connection.administration()
        for stream in streams { try administration.ensure(stream) }
        try listen("\(prefix).confirm.*", number: Self.confirmations)
    }

    // A subscription goes before its connection does.
    deinit { subscriptions = [] }

    func subscribe(_ filter: String, number: Int) throws(BusError) {
        try listen(filter, number: number)
        let status = connection.flush()
        if status != NATS_OK {
            throw .server(doing: "subscribe to \(filter)", reason: natsReason(status))
        }
    }

    func consume(_ specification: ConsumerSpecification, number: Int) throws(BusError) {
        try connection.administration().ensure(specification)
        try listen("\(prefix).pull.\(number).*", number: number)
        pulls.append(NATSPull(specification, number: number))
    }

    /// Sends, and asks the stream to confirm under that number, if there is one.
    func send(_ message: OutgoingMessage, confirming number: UInt64? = nil) -> natsStatus {
        connection.publish(
            message.subject, reply: number.map { "\(prefix).confirm.\($0)" },
            headers: message.deliveredHeaders, payload: message.payload)
    }

    /// Answers a delivered message.
    func answer(_ subject: String, _ word: String) -> natsStatus {
        connection.publish(subject, payload: Array(word.utf8))
    }

    /// Asks for more wherever the last request has been answered.
    func pull(at now: Int64) {
        for index in pulls.indices {
            guard let request = pulls[index].request(at: now) else { continue }
            // A failure shows as a closed connection.
            _ = connection.publish(
                request.subject, reply: "\(prefix).pull.\(pulls[index].number).\(request.number)",
                payload: Array(request.payload.utf8))
        }
    }

    /// The pull whose messages arrive for that subscription.
    func pullIndex(of subscription: Int) -> Int? {
        pulls.firstIndex { $0.number == subscription }
    }

    func received(_ message: NATSMessage, pull index: Int) -> NATSPull.Answer {
        pulls[index].received(message)
    }

    private func listen(_ filter: String, number: Int) throws(BusError) {
        let made = try connection.subscribe(filter, number: number, inbox: inbox)
        subscriptions.append(Subscription(made))
    }
}
