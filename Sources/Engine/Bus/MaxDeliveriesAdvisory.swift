import Domain

/// Says that a message was delivered as often as allowed and nobody acknowledged it.
///
/// Source: nats-server 2.9, JSConsumerDeliveryExceededAdvisory.
struct MaxDeliveriesAdvisory {
    let consumer: String
    let deliveries: Int
    let number: UInt64
    let sequence: UInt64
    let stream: String

    func message(at time: Timestamp) -> OutgoingMessage {
        var json = JSONWriter()
        json.beginObject()
        json.key("consumer")
        json.string(consumer)
        json.key("deliveries")
        json.integer(deliveries)
        json.key("id")
        json.string("embedded-\(number)")
        json.key("stream")
        json.string(stream)
        json.key("stream_seq")
        json.integer(sequence)
        json.key("timestamp")
        json.string(time.text)
        json.key("type")
        json.string("io.nats.jetstream.advisory.v1.max_deliver")
        json.endObject()
        return OutgoingMessage(
            subject: "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.\(stream).\(consumer)",
            payload: json.bytes, isConfirmed: false)
    }
}
