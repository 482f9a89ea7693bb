import Crypto
import Domain

/// The effects as the bus carries them. Source: domain-contract, section 2.6.
struct Messages: Sendable {
    let key: SigningKey
    let venue: String
    let account: String

    /// Intent v1 with the halt epoch, the order id and the limit price besides.
    func place(_ effect: OrderEffect) -> OutgoingMessage {
        let order = effect.order
        let envelope = Envelope(
            type: "titan.cmd.execution.place.v1", correlationId: order.signalId,
            idempotencyKey: order.id, time: effect.time, payload: intent(effect))
        return OutgoingMessage(
            subject: subject("place", effect.symbol), headers: trace(effect.traceId),
            payload: envelope.signed(with: key), messageID: order.id)
    }

    func cancel(_ effect: CancelEffect) -> OutgoingMessage {
        var json = JSONWriter()
        json.beginObject()
        json.key("halt_epoch")
        json.integer(effect.haltEpoch)
        json.key("order_id")
        json.string(effect.orderId)
        json.key("reason")
        json.string(effect.reason)
        json.key("symbol")
        json.string(effect.symbol)
        json.endObject()
        // With the time: a cancel that is asked for again is no duplicate of the first.
        let id = "cancel-\(effect.orderId)-\(effect.time.microseconds)"
        let envelope = Envelope(
            type: "titan.cmd.execution.cancel.v1", correlationId: effect.orderId,
            idempotencyKey: id, time: effect.time, payload: json.bytes)
        return OutgoingMessage(
            subject: subject("cancel", effect.symbol), payload: envelope.signed(with: key),
            messageID: id)
    }

    /// HaltState, raw as its readers want it.
    func haltState(_ effect: HaltStateEffect) -> OutgoingMessage {
        var json = JSONWriter()
        json.beginObject()
        json.key("halt_epoch")
        json.integer(effect.haltEpoch)
        json.key("reason")
        json.string(effect.reason)
        json.key("source")
        json.string("brain")
        json.key("state")
        json.string(effect.halted ? "HARD_HALT" as StaticString : "OPEN")
        json.key("timestamp")
        json.integer(effect.time.milliseconds)
        json.endObject()
        return OutgoingMessage(
            subject: "titan.cmd.sys.halt.v1", payload: json.bytes,
            messageID: "halt-\(effect.haltEpoch)-\(effect.halted)-\(effect.time.microseconds)")
    }

    func stop(_ effect: StopEffect) -> OutgoingMessage {
        switch effect {
        case .cancel(let cancel): self.cancel(cancel)
        case .haltState(let state): haltState(state)
        }
    }

    private func subject(_ action: String, _ symbol: String) -> String {
        let token = symbol.split(separator: "/").joined(separator: "_")
        return "titan.cmd.execution.\(action).v1.\(venue).\(account).\(token)"
    }

    /// W3C trace context: the decision's trace, its own id as the parent.
    private func trace(_ traceId: String) -> [BusHeader] {
        [BusHeader(name: "traceparent", value: "00-\(traceId)-\(traceId.prefix(16))-01")]
    }

    private func intent(_ effect: OrderEffect) -> [UInt8] {
        let order = effect.order
        var json = JSONWriter()
        json.beginObject()
        json.key("child_fills")
        json.beginArray()
        json.endArray()
        json.key("confidence")
        json.number(max(0, effect.confidence))
        json.key("direction")
        json.integer(order.reduceOnly ? 0 : order.side.sign)
        json.key("entry_zone")
        json.beginArray()
        json.number(order.price)
        json.endArray()
        json.key("halt_epoch")
        json.integer(effect.haltEpoch)
        json.key("limit_price")
        json.number(order.price)
        json.key("metadata")
        json.beginObject()
        json.key("account")
        json.string(account)
        json.key("correlation_id")
        json.string(order.signalId)
        json.key("decision_id")
        json.string(effect.decisionId)
        json.endObject()
        json.key("order_id")
        json.string(order.id)
        json.key("phase")
        json.integer(order.phase)
        json.key("policy_hash")
        json.string(effect.policyHash.hex)
        json.key("reduce_only")
        json.bool(order.reduceOnly)
        json.key("schema_version")
        json.string("1.0.0")
        json.key("side")
        json.string(order.side.name)
        json.key("signal_id")
        json.string(order.signalId)
        json.key("size")
        json.number(order.quantity)
        json.key("source")
        json.string("brain")
        json.key("status")
        json.string("VALIDATED")
        json.key("stop_loss")
        json.number(0)
        json.key("symbol")
        json.string(effect.symbol)
        json.key("t_decision")
        json.integer(effect.time.milliseconds)
        json.key("t_signal")
        json.integer(effect.time.milliseconds)
        json.key("take_profits")
        json.beginArray()
        json.endArray()
        json.key("type")
        json.string(kind(order))
        json.endObject()
        return json.bytes
    }

    private func kind(_ order: WorkingOrder) -> StaticString {
        switch (order.reduceOnly, order.side) {
        case (false, .buy): "BUY_SETUP"
        case (false, .sell): "SELL_SETUP"
        case (true, .sell): "CLOSE_LONG"
        case (true, .buy): "CLOSE_SHORT"
        }
    }
}
