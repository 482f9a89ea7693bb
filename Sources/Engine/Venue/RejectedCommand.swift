/// A command that is not taken: why, and what exactly.
struct RejectedCommand: Error, Hashable {
    /// The names of the existing execution service where it has one.
    enum Code: String, Hashable, CaseIterable {
        case malformed
        case unknownKey = "unknown_key"
        case signature = "hmac_signature_mismatch"
        case stale = "command_stale"
        case haltEpoch = "halt_epoch_superseded"
        case policyHash = "policy_hash_mismatch"
        case symbol = "symbol_unknown"
        case size = "size_invalid"
        case price = "price_invalid"
        case reduceOnly = "reduce_only_exceeds_position"
        case tooManyOrders = "too_many_orders"
        /// A fault that was asked for.
        case unavailable = "venue_unavailable"
    }

    let code: Code
    let detail: String
    /// The order it names, if that could be read.
    var orderId: String?
    var gotPolicyHash: String?

    init(_ code: Code, _ detail: String, orderId: String? = nil) {
        (self.code, self.detail, self.orderId) = (code, detail, orderId)
    }
}
