import Crypto
import Domain
import Engine

/// What the endpoints ask of the engine.
protocol Desk: Sendable {
    /// In force now.
    var haltEpoch: UInt64 { get }
    /// Why no new risk may be taken now; empty when it may.
    var obstacles: [(code: String, message: String)] { get }
    /// Closes the gate at once. Returns the new epoch, whether the gate was seen closed, and which
    /// orders were handed over just before. The reason outlives a crash before the record.
    func raiseHalt(reason: String) -> (epoch: UInt64, closed: Bool, handedOver: [String])
    /// `answer` hears once, when the command's record is durable or will never be.
    func submit(
        _ command: OperatorCommand,
        answer: @escaping @Sendable (Result<Receipt, EngineError>) -> Void)
}

extension Engine: Desk {
    var haltEpoch: UInt64 { haltWord.current }
}

/// Everything that the endpoints are made with.
struct Services: Sendable {
    let desk: any Desk
    let feed: Feed
    let login: Login
    let digests: DigestKeeper
    let alarm: Alarm
    /// The text of `/metrics`.
    let metrics: @Sendable () -> String
    /// Of the running program.
    let binary: Digest256
    /// Whether services prove who they are by certificates: then `/metrics` is for them only.
    var asksServices = false

    /// Every operation there is, in the order of the document.
    var endpoints: [Endpoint] {
        [signIn, state, decisionList, decision, halt, resume, flatten, stream, events]
            + [metricsPage, live, ready, mayOpen]
    }

    /// The latest view; 503 before the first.
    func view() throws(APIError) -> StateView {
        guard let view = feed.latest else {
            throw .unavailable(code: "not_recovered", "The desk is being recovered")
        }
        return view
    }
}
