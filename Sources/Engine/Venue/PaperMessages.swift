import Crypto
import Domain

/// What the venue publishes. Source: domain-contract 2.6, "Events".
struct PaperMessages: Sendable {
    let venue: String
    let account: String

    /// FillReport: the execution has an id of its own, which `fillId` repeats.
    func fill(_ execution: PaperExecution) -> OutgoingMessage {
        let fill = execution.fill
        let envelope = PlainEnvelope(
            type: "titan.event.execution.fill.v1", producer: "titan-paper-venue",
            correlationId: execution.signalId, key: fill.executionId, time: fill.time)
        let token = Instrument(symbol: fill.symbol).token
        return OutgoingMessage(
            subject: "titan.evt.execution.fill.v1.\(venue).\(account).\(token)",
            payload: envelope.around(report(execution)))
    }

    private func report(_ execution: PaperExecution) -> [UInt8] {
        let fill = execution.fill
        var json = JSONWriter()
        json.beginObject()
        json.key("clientOrderId")
        json.string(fill.orderId)
        json.key("executionId")
        json.string(fill.executionId)
        json.key("fee")
        json.decimal(fill.fee)
        json.key("feeCurrency")
        json.string("USDT" as StaticString)
        json.key("fillId")
        json.string(fill.executionId)
        json.key("orderId")
        json.string(fill.orderId)
        json.key("price")
        json.decimal(fill.price)
        json.key("qty")
        json.decimal(fill.quantity)
        json.key("side")
        json.string(fill.side.name)
        json.key("signalId")
        json.string(execution.signalId)
        json.key("status")
        json.string(execution.isLast ? "FILLED" as StaticString : "PARTIALLY_FILLED")
        json.key("symbol")
        json.string(fill.symbol)
        json.key("tExchange")
        json.integer(fill.time.milliseconds)
        json.key("timestamp")
        json.integer(fill.time.milliseconds)
        json.endObject()
        return json.bytes
    }

    /// What became of an order, other than a fill.
    func report(
        _ orderId: String, _ status: ReportStatus, reason: String, at time: Timestamp
    ) -> OutgoingMessage {
        var json = JSONWriter()
        json.beginObject()
        json.key("order_id")
        json.string(orderId)
        json.key("reason")
        json.string(reason)
        json.key("status")
        json.string(status.name)
        json.key("timestamp")
        json.integer(time.milliseconds)
        json.endObject()
        return OutgoingMessage(subject: "titan.evt.execution.report.v1", payload: json.bytes)
    }

    /// Reject, with what exactly was wrong besides.
    func reject(
        _ rejected: RejectedCommand, expected: Digest256, at time: Timestamp
    ) -> OutgoingMessage {
        var json = JSONWriter()
        json.beginObject()
        json.key("brain_instance_id")
        json.string("N/A" as StaticString)
        json.key("detail")
        json.string(rejected.detail)
        json.key("event_type")
        json.string("execution.intent.rejected" as StaticString)
        json.key("expected_policy_hash")
        json.string(expected.hex)
        json.key("got_policy_hash")
        json.string(rejected.gotPolicyHash ?? "N/A")
        json.key("intent_id")
        json.string(rejected.orderId ?? "N/A")
        json.key("reason")
        json.string(rejected.code.rawValue)
        json.key("timestamp")
        json.integer(time.milliseconds)
        json.endObject()
        return OutgoingMessage(subject: "titan.evt.execution.reject.v1", payload: json.bytes)
    }

    /// TruthSnapshot with orders, balances, its number, and the latest executions.
    func snapshot(
        _ books: PaperBooks, sequence: Int64, policy: Digest256, at time: Timestamp
    ) -> OutgoingMessage {
        var json = JSONWriter()
        json.beginObject()
        json.key("balances")
        balances(books, &json)
        json.key("executions")
        json.integer(books.executions)
        json.key("orders")
        orders(books, &json)
        json.key("policy_hash")
        json.string(policy.hex)
        json.key("positions")
        positions(books, &json)
        json.key("recent_executions")
        json.beginArray()
        for execution in books.recent(at: time) { json.raw(report(execution)) }
        json.endArray()
        json.key("seq")
        json.integer(sequence)
        json.key("service")
        json.string("titan-paper-venue" as StaticString)
        json.key("timestamp")
        json.integer(time.milliseconds)
        json.endObject()
        return OutgoingMessage(
            subject: "titan.evt.execution.truth.v1", payload: json.bytes, isConfirmed: false)
    }

    private func balances(_ books: PaperBooks, _ json: inout JSONWriter) {
        json.beginObject()
        json.key("USDT")
        json.beginObject()
        json.key("free")
        json.decimal(books.cash)
        json.key("locked")
        json.decimal(0)
        json.key("total")
        json.decimal(books.cash)
        json.endObject()
        json.endObject()
    }

    private func orders(_ books: PaperBooks, _ json: inout JSONWriter) {
        json.beginObject()
        for order in books.orders.sorted(by: { $0.id.utf16.lexicographicallyPrecedes($1.id.utf16) })
        {
            json.key(order.id)
            json.beginObject()
            json.key("filled")
            json.decimal(order.filled)
            json.key("price")
            json.decimal(order.price)
            json.key("reduce_only")
            json.bool(order.reduceOnly)
            json.key("side")
            json.string(order.side.name)
            json.key("size")
            json.decimal(order.quantity)
            json.key("symbol")
            json.string(order.symbol)
            json.endObject()
        }
        json.endObject()
    }

    private func positions(_ books: PaperBooks, _ json: inout JSONWriter) {
        json.beginObject()
        for position in books.positions {
            json.key(position.symbol)
            json.beginObject()
            json.key("entry_price")
            json.decimal(position.entryPrice)
            json.key("exchange")
            json.string(venue)
            json.key("side")
            json.string(position.quantity > 0 ? Side.buy.name : Side.sell.name)
            json.key("size")
            json.decimal(Int64(position.quantity.magnitude))
            json.key("symbol")
            json.string(position.symbol)
            json.endObject()
        }
        json.endObject()
    }
}
