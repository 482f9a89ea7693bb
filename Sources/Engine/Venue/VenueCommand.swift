import Crypto
import Domain
import Platform

/// A command whose shape and signature are right. What it asks for may still be refused.
struct VenueCommand: Hashable {
    enum Action: Hashable {
        case place(Placement)
        /// Take the order back, because of this.
        case cancel(reason: String)
    }

    /// What an order wants.
    struct Placement: Hashable {
        let side: Side
        let quantity: Int64
        let price: Int64
        let reduceOnly: Bool
        let policyHash: String
        let signalId: String
    }

    let action: Action
    let orderId: String
    let symbol: String
    let haltEpoch: UInt64
    /// When it was signed.
    let time: Timestamp

    /// Reads and authenticates an envelope. Source: domain-contract, sections 2.2 and 2.3.
    init(
        _ message: BusMessage, for configuration: VenueConfiguration
    ) throws(RejectedCommand) {
        let json: JSON
        do { json = try JSON.parse(message.payload) } catch {
            throw RejectedCommand(.malformed, "\(error)")
        }
        guard let payload = json["payload"], payload.members != nil else {
            throw RejectedCommand(.malformed, "\"payload\" must be an object")
        }
        let id = try? Self.text(payload, "order_id")
        do throws(RejectedCommand) {
            time = try Self.authenticate(json, payload, configuration.keys)
            orderId = try Self.text(payload, "order_id")
            symbol = try Self.text(payload, "symbol")
            guard let epoch = payload["halt_epoch"]?.integer, epoch >= 0 else {
                throw RejectedCommand(.malformed, "\"halt_epoch\" must be a whole number")
            }
            haltEpoch = UInt64(epoch)
            let target = try Self.target(message.subject, symbol, configuration)
            action = try Self.action(target, payload)
        } catch {
            var error = error
            error.orderId = id
            throw error
        }
    }

    /// The signature covers time, nonce and the canonical payload.
    private static func authenticate(
        _ json: JSON, _ payload: JSON, _ keys: [SigningKey]
    ) throws(RejectedCommand) -> Timestamp {
        guard let milliseconds = json["ts"]?.integer, milliseconds > 0 else {
            throw RejectedCommand(.malformed, "\"ts\" must be a whole number of milliseconds")
        }
        let nonce = try text(json, "nonce")
        let signature = try text(json, "sig")
        let keyId = try text(json, "key_id")
        guard let key = keys.first(where: { $0.id == keyId }) else {
            throw RejectedCommand(.unknownKey, "no key has that \"key_id\"")
        }
        var canonical = JSONWriter()
        canonical.value(payload)
        let signed = Array("\(milliseconds).\(nonce).".utf8) + canonical.bytes
        let expected = HMACSHA256.authenticate(message: signed, key: key.secret).hex
        guard HMACSHA256.equal(Array(expected.utf8), Array(signature.utf8)) else {
            throw RejectedCommand(.signature, "\"sig\" is not the key's over ts, nonce and payload")
        }
        return Timestamp(milliseconds: milliseconds)
    }

    /// The subject is not signed, so the payload has to agree with it. Returns what it asks for.
    private static func target(
        _ subject: String, _ symbol: String, _ configuration: VenueConfiguration
    ) throws(RejectedCommand) -> Substring {
        let parts = subject.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 8, parts[4] == "v1",
            parts[5] == configuration.venue || parts[5] == "auto",
            parts[6] == configuration.account, parts[7] == Instrument(symbol: symbol).token
        else {
            throw RejectedCommand(
                .malformed, "the subject must name this venue, this account and \(symbol)")
        }
        return parts[3]
    }

    private static func action(
        _ target: Substring, _ payload: JSON
    ) throws(RejectedCommand) -> Action {
        switch target {
        case "place": return .place(try placement(payload))
        case "cancel" where payload["side"] == nil:
            return .cancel(reason: try text(payload, "reason"))
        default: throw RejectedCommand(.malformed, "the subject is not of such a command")
        }
    }

    private static func placement(_ payload: JSON) throws(RejectedCommand) -> Placement {
        let side: Side
        switch payload["side"]?.text {
        case "BUY": side = .buy
        case "SELL": side = .sell
        default: throw RejectedCommand(.malformed, "\"side\" must be BUY or SELL")
        }
        guard let reduceOnly = payload["reduce_only"]?.bool else {
            throw RejectedCommand(.malformed, "\"reduce_only\" must be true or false")
        }
        // 0 stands for what is no number: refused as a size or price, with the rest known.
        return Placement(
            side: side, quantity: payload["size"]?.decimal ?? 0,
            price: payload["limit_price"]?.decimal ?? 0, reduceOnly: reduceOnly,
            policyHash: try text(payload, "policy_hash"), signalId: try text(payload, "signal_id"))
    }

    private static func text(_ json: JSON, _ name: String) throws(RejectedCommand) -> String {
        guard let text = json[name]?.text, !text.isEmpty,
            text.utf8.count <= Limits.Venue.textBytesMaximum
        else {
            throw RejectedCommand(
                .malformed,
                "\"\(name)\" must be a text of 1 to \(Limits.Venue.textBytesMaximum) bytes")
        }
        return text
    }
}
