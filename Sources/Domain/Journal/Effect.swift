public import Crypto

/// What leaves after the record is durable.
public enum Effect: Sendable {
    /// An order. Leaves through the dispatcher only, under the halt epoch of its record.
    case order(OrderEffect)
    /// Something that makes the desk safer. May leave before its record, when the journal is slow.
    case stop(StopEffect)
    /// Tells every other service that the desk is no longer halted. Less safe, so it waits for its
    /// record and leaves as an order does: only while no newer halt was raised.
    case open(HaltStateEffect)
    /// A message for whoever listens.
    case publish(Publication)
}

/// An approved order on its way to the venue. Only an `Approved` becomes one.
public struct OrderEffect: Sendable {
    public let order: WorkingOrder
    public let haltEpoch: UInt64
    public let policyHash: Digest256
    public let symbol: String
    public let time: Timestamp
    public let traceId: String
    public let decisionId: String
    public let confidence: Int64

    init(_ order: WorkingOrder, decision: DecisionRecord, haltEpoch: UInt64, symbol: String) {
        (self.order, self.haltEpoch, self.symbol) = (order, haltEpoch, symbol)
        (policyHash, time) = (decision.policyHash, decision.time)
        (traceId, decisionId) = (decision.traceId, decision.id)
        confidence = decision.question.confidence
    }
}

/// Cancels and halts: no order can have this type.
public enum StopEffect: Sendable {
    case cancel(CancelEffect)
    /// Tells every other service that the desk is halted.
    case haltState(HaltStateEffect)
}

public struct CancelEffect: Sendable {
    public let orderId: String
    public let symbol: String
    public let reason: String
    public let haltEpoch: UInt64
    public let time: Timestamp
}

public struct HaltStateEffect: Hashable, Sendable {
    public let halted: Bool
    public let reason: String
    public let haltEpoch: UInt64
    public let time: Timestamp
}

/// Events of the engine; the shell gives them their subjects and their JSON.
public enum Publication: Sendable {
    case decision(DecisionRecord)
    case breaker(Breaker, previous: BreakerState, truth: Int64)
    case receipt(Receipt)
    case truth(TruthRecord)
    /// What became of an order of ours.
    case order(OrderStep)
}

/// One step of an order of ours after its decision.
public struct OrderStep: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case dispatched(DispatchOutcome)
        case reported(ReportStatus, reason: String)
        /// The venue executed so much at such a price.
        case filled(quantity: Int64, price: Int64)
        /// The venue does not know it, twice running.
        case vanished
    }

    public let orderId: String
    public let kind: Kind
    public let time: Timestamp

    public init(orderId: String, kind: Kind, time: Timestamp) {
        (self.orderId, self.kind, self.time) = (orderId, kind, time)
    }
}
