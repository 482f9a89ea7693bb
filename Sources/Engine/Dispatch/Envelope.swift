import Crypto
import Domain

/// The signed envelope of the existing system. Source: domain-contract, sections 2.2 and 2.3.
struct Envelope {
    let type: StaticString
    let correlationId: String
    let idempotencyKey: String
    let time: Timestamp
    /// Canonical JSON.
    let payload: [UInt8]

    /// The envelope with its signature over time, nonce and payload.
    func signed(with key: SigningKey) -> [UInt8] {
        let unique = SHA256.hash(Array((idempotencyKey + "\(type)").utf8)).bytes
        let nonce = Hex.text(unique.prefix(16))
        let signed = Array("\(time.milliseconds).\(nonce).".utf8) + payload
        var json = JSONWriter()
        json.beginObject()
        json.key("correlation_id")
        json.string(correlationId)
        json.key("id")
        json.string(ULID.text(milliseconds: time.milliseconds, entropy: unique.suffix(10)))
        json.key("idempotency_key")
        json.string(idempotencyKey)
        json.key("key_id")
        json.string(key.id)
        json.key("nonce")
        json.string(nonce)
        json.key("payload")
        json.raw(payload)
        json.key("producer")
        json.string("titan-brain")
        json.key("schema_version")
        json.integer(1)
        json.key("sig")
        json.string(HMACSHA256.authenticate(message: signed, key: key.secret).hex)
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

/// The secret that signs commands, and the name by which verifiers know it.
public struct SigningKey: Sendable {
    public let id: String
    public let secret: [UInt8]

    public init(id: String, secret: [UInt8]) { (self.id, self.secret) = (id, secret) }
}

/// Labels that sort by time. Source: the ULID specification: 48 bits of time, 80 of entropy.
enum ULID {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    static func text(milliseconds: Int64, entropy: some Collection<UInt8>) -> String {
        var value = UInt128(UInt64(bitPattern: milliseconds) & 0xFFFF_FFFF_FFFF)
        for byte in entropy { value = value << 8 | UInt128(byte) }
        let digits = (0..<26).map {
            alphabet[Int(truncatingIfNeeded: value >> (125 - 5 * $0)) & 31]
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
