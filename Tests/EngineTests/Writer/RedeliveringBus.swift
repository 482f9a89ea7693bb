@testable import Engine

/// An embedded bus that delivers each message of a stream twice, as one does whose acknowledgement
/// was lost.
final class RedeliveringBus: Bus {
    private let inner: EmbeddedBus

    init(_ inner: EmbeddedBus) { self.inner = inner }

    func publish(
        _ message: OutgoingMessage, permit: Permit,
        outcome: @escaping @Sendable (PublishOutcome) -> Void
    ) { inner.publish(message, permit: permit, outcome: outcome) }

    func subscribe(
        _ filter: String, deliver: @escaping @Sendable (BusMessage) -> Void
    ) throws(BusError) { try inner.subscribe(filter, deliver: deliver) }

    func consume(
        _ specification: ConsumerSpecification, deliver: @escaping @Sendable (BusMessage) -> Void
    ) throws(BusError) {
        try inner.consume(specification) { message in
            deliver(message)
            deliver(
                BusMessage(
                    subject: message.subject, headers: message.headers, payload: message.payload,
                    sequence: message.sequence, deliveries: message.deliveries + 1,
                    token: message.token))
        }
    }

    func acknowledge(_ token: AckToken) { inner.acknowledge(token) }

    func negativeAcknowledge(_ token: AckToken, delayMicroseconds: Int64) {
        inner.negativeAcknowledge(token, delayMicroseconds: delayMicroseconds)
    }

    func terminate(_ token: AckToken) { inner.terminate(token) }
    var health: BusHealth { inner.health }
    func close() { inner.close() }
}
