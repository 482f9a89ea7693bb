import Domain
import Platform

/// Follows decisions from their signal to the last fill, and tells each step as it happens.
///
/// Shape: one thread at a time.
struct Tracer {
    /// Whose order it is.
    struct Origin {
        let decisionId: String
        let traceId: String
        let signalId: String
        let symbol: String
    }

    private var origins: [String: Origin] = [:]
    /// The orders in the order of their decisions; those before `next` are forgotten.
    private var orders: [String] = []
    private var next = 0

    /// The steps that a decision is: the signal came, it was decided, an approval became an intent.
    mutating func steps(_ decision: DecisionRecord) -> [[UInt8]] {
        let origin = Origin(
            decisionId: decision.id, traceId: decision.traceId, signalId: decision.signalId,
            symbol: decision.symbol)
        let question = decision.question
        let amount =
            "\(question.side.name) \(Decimal8.text(question.quantity)) at "
            + Decimal8.text(question.price)
        let verdict =
            decision.approved
            ? "approved"
            : "denied: " + decision.failures.checks.map { "\($0.name)" }.joined(separator: ", ")
        var steps = [
            step("signal", amount, origin, order: nil, at: decision.time),
            step("decision", verdict, origin, order: nil, at: decision.time),
        ]
        if decision.approved {
            remember(decision.intentId, origin)
            steps.append(
                step("intent", amount, origin, order: decision.intentId, at: decision.time))
        }
        return steps
    }

    /// One later step of an order; `nil` when its decision is no longer remembered.
    func step(_ order: OrderStep) -> [UInt8]? {
        guard let origin = origins[order.orderId] else { return nil }
        let (name, detail) = Self.words(order.kind)
        return step(name, detail, origin, order: order.orderId, at: order.time)
    }

    private mutating func remember(_ order: String, _ origin: Origin) {
        origins[order] = origin
        guard orders.count == Limits.App.tracedOrdersMaximum else {
            orders.append(order)
            return
        }
        origins[orders[next]] = nil
        orders[next] = order
        next = (next + 1) % Limits.App.tracedOrdersMaximum
    }

    private static func words(_ kind: OrderStep.Kind) -> (StaticString, String) {
        switch kind {
        case .dispatched(.sent): ("dispatched", "the bus has it")
        case .dispatched(.unknown): ("unknown", "it may or may not have left")
        case .dispatched(.withheld): ("withheld", "a halt came first")
        case .dispatched(.refused): ("refused", "the bus refused it")
        case .dispatched(.expired): ("withheld", "its record was durable too late")
        case .reported(.accepted, _): ("accepted", "the venue took it")
        case .reported(let status, let reason):
            ("closed", "\(status.name)" + (reason.isEmpty ? "" : ": " + reason))
        case .filled(let quantity, let price):
            ("fill", Decimal8.text(quantity) + " at " + Decimal8.text(price))
        case .vanished: ("closed", "the venue does not know it")
        }
    }

    private func step(
        _ name: StaticString, _ detail: String, _ origin: Origin, order: String?, at time: Timestamp
    ) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("at")
        json.time(time)
        json.key("decision_id")
        json.string(origin.decisionId)
        json.key("detail")
        json.string(detail)
        json.key("order_id")
        if let order { json.string(order) } else { json.null() }
        json.key("signal_id")
        json.string(origin.signalId)
        json.key("step")
        json.string(name)
        json.key("symbol")
        json.string(origin.symbol)
        json.key("trace_id")
        json.string(origin.traceId)
        json.endObject()
        return json.bytes
    }
}
