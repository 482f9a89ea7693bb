import Domain

/// A signal as a phase writes it. Source: domain-contract 2.6, "Signals".
struct PhaseSignal: Hashable, Sendable {
    var id = ""
    var phase = PhaseName.scavenger
    var symbol = ""
    var side = Side.buy
    /// The worst price that is accepted; the zone reaches from the best to it.
    var limit: Int64 = 0
    var best: Int64 = 0
    var quantity: Int64 = 0
    /// Units of 10⁻⁸ of 1.
    var confidence: Int64 = 0
    /// When it claims to be made.
    var made = Timestamp.zero
    /// W3C trace context.
    var traceparent = ""

    /// Enveloped, the amounts as plain numbers. `sent` is when it leaves.
    func message(sent: Timestamp) -> OutgoingMessage {
        let envelope = PlainEnvelope(
            type: "titan.signal.submit.v1", producer: phase.producer, correlationId: id, key: id,
            time: sent)
        return OutgoingMessage(
            subject: "titan.signal.submit.v1",
            headers: [BusHeader(name: "traceparent", value: traceparent)],
            payload: envelope.around(payload), messageID: id)
    }

    private var payload: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("confidence")
        json.number(confidence)
        json.key("direction")
        json.string(side == .buy ? "LONG" as StaticString : "SHORT")
        json.key("entry_zone")
        json.beginObject()
        json.key("max")
        json.number(max(best, limit))
        json.key("min")
        json.number(min(best, limit))
        json.endObject()
        json.key("leverage")
        json.integer(1)
        json.key("position_size")
        json.number(quantity)
        json.key("signal_id")
        json.string(id)
        json.key("signal_type")
        json.string("SETUP_CONFIRMATION" as StaticString)
        json.key("source")
        json.string(phase.rawValue)
        json.key("stop_loss")
        json.number(away(hundredths: -50))
        json.key("symbol")
        json.string(Instrument(symbol: symbol).plain)
        json.key("take_profits")
        json.beginArray()
        json.number(away(hundredths: 100))
        json.endArray()
        json.key("timestamp")
        json.integer(made.milliseconds)
        json.key("ttl_ms")
        json.integer(5000)
        json.endObject()
        return json.bytes
    }

    /// A price so many hundredths of a percent in the signal's favour.
    private func away(hundredths: Int64) -> Int64 {
        let price = limit + limit / 10_000 * hundredths * side.sign
        return Instrument.floor(price, to: Instrument.tick(near: limit))
    }
}

/// The phases by the names that they give themselves.
public enum PhaseName: String, CaseIterable, Sendable {
    /// P1: small, often, against the latest move.
    case scavenger
    /// P2: larger, seldom, with the trend.
    case hunter
    /// P3: takes risk off what the desk holds.
    case sentinel

    var number: Int { self == .scavenger ? 1 : self == .hunter ? 2 : 3 }
    var producer: String { "titan-phase\(number)-\(rawValue)" }

    /// How its signals' ids begin.
    var prefix: String { self == .scavenger ? "scv" : self == .hunter ? "htr" : "stl" }
}
