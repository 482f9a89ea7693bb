import Domain

/// The best bid and ask of the reference market, as the bus carries them.
struct Ticker {
    let venue: String
    let instrument: Instrument
    let bid: Int64
    let ask: Int64
    let bidQuantity: Int64
    let askQuantity: Int64
    let time: Timestamp

    /// The superset of what the existing readers want: exchanges' short names with strings, long
    /// names with numbers. Source: domain-contract 2.6, "Data".
    var message: OutgoingMessage {
        var json = JSONWriter()
        json.beginObject()
        json.key("A")
        json.decimal(askQuantity)
        json.key("B")
        json.decimal(bidQuantity)
        json.key("E")
        json.integer(time.milliseconds)
        json.key("T")
        json.integer(time.milliseconds)
        json.key("a")
        json.decimal(ask)
        json.key("ask")
        json.number(ask)
        json.key("b")
        json.decimal(bid)
        json.key("bid")
        json.number(bid)
        json.key("price")
        json.number(bid / 2 + ask / 2 + (bid & ask & 1))
        json.key("s")
        json.string(instrument.plain)
        json.key("symbol")
        json.string(instrument.symbol)
        json.key("timestamp")
        json.integer(time.milliseconds)
        json.endObject()
        return OutgoingMessage(
            subject: "titan.data.market.ticker.v1.\(venue).\(instrument.token)",
            payload: json.bytes, isConfirmed: false)
    }
}
