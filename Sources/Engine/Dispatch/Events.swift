import Crypto
import Domain

/// The engine's events as the bus carries them. Source: domain-contract, section 2.6.
struct Events: Sendable {
    let policy: Policy
    let binary: String

    func messages(_ publication: Publication) -> [OutgoingMessage] {
        switch publication {
        case .decision(let decision):
            [event("titan.evt.brain.decision.v1", decision.json(under: policy, binary: binary))]
        case .breaker(let breaker, let previous, let truth):
            [
                event("titan.evt.risk.breaker.v1", self.breaker(breaker, previous, truth)),
                event("titan.evt.risk.state.v1", Array("\"\(legacy(breaker.state))\"".utf8)),
            ]
        case .receipt(let receipt):
            [event("titan.evt.audit.operator.v1", JSONCoder.encode(receipt))]
        case .truth(let truth): [event("titan.evt.truth.score.v1", JSONCoder.encode(truth))]
        // The venue and the dispatcher have said it on the bus themselves.
        case .order: []
        }
    }

    private func event(_ subject: String, _ payload: [UInt8]) -> OutgoingMessage {
        OutgoingMessage(subject: subject, payload: payload, isConfirmed: false)
    }

    /// The names of the existing execution service.
    private func legacy(_ state: BreakerState) -> StaticString {
        switch state {
        case .normal: "Normal"
        case .defensive: "Defensive"
        case .halted: "Emergency"
        }
    }

    private func breaker(_ breaker: Breaker, _ previous: BreakerState, _ truth: Int64) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("actor")
        json.string(breaker.actor)
        json.key("at")
        json.string(breaker.since.text)
        json.key("halt_epoch")
        json.integer(breaker.haltEpoch)
        json.key("policy_hash")
        json.string(policy.hash.hex)
        json.key("previous")
        json.string(previous.name)
        json.key("reason_code")
        json.string(breaker.code)
        json.key("state")
        json.string(breaker.state.name)
        json.key("trigger")
        json.string(breaker.reason)
        json.key("truth_score")
        json.number(truth * 1_000_000)
        json.endObject()
        return json.bytes
    }
}
