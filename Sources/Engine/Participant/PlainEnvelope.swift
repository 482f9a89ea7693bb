import Crypto
import Domain

/// The envelope of those that sign nothing. Source: domain-contract, section 2.2.
struct PlainEnvelope {
    let type: String
    let producer: String
    let correlationId: String
    /// What makes the message's own label unique, besides its time.
    let key: String
    let time: Timestamp

    func around(_ payload: [UInt8]) -> [UInt8] {
        let entropy = SHA256.hash(Array((type + key).utf8)).bytes.prefix(10)
        var json = JSONWriter()
        json.beginObject()
        json.key("correlation_id")
        json.string(correlationId)
        json.key("id")
        json.string(ULID.text(milliseconds: time.milliseconds, entropy: entropy))
        json.key("idempotency_key")
        json.string(key)
        json.key("payload")
        json.raw(payload)
        json.key("producer")
        json.string(producer)
        json.key("schema_version")
        json.integer(1)
        json.key("ts")
        json.integer(time.milliseconds)
        json.key("type")
        json.string(type)
        json.key("version")
        json.integer(1)
        json.endObject()
        return json.bytes
    }
}
