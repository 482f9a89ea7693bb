import Domain
import Engine
import Platform
import Wire

/// What a person asks for, from the request to the receipt.
extension Services {
    /// Why there is no receipt.
    enum NoReceipt: Error {
        case engine(EngineError)
        /// It may still come: nobody waits for it any more.
        case late
    }

    /// The command that a request is. The actor is whom the session proved, never one from the body.
    func command(
        _ action: OperatorAction, _ call: Call, _ person: Operator, _ body: Body
    ) throws(APIError) -> OperatorCommand {
        var command = OperatorCommand()
        (command.action, command.actor) = (action, person.id)
        command.reason = try body.text("reason", maximum: Limits.App.reasonCharactersMaximum)
        command.key = try idempotencyKey(call.request)
        return command
    }

    /// The header's value, or empty when there is none.
    private func idempotencyKey(_ request: Request) throws(APIError) -> String {
        guard let key = request.fields["idempotency-key"] else { return "" }
        let most = Limits.App.idempotencyKeyBytesMaximum
        guard request.fields.count(of: "idempotency-key") == 1,
            (1...most).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .bad("Idempotency-Key", "one of 1 to \(most) visible ASCII characters") }
        return key
    }

    /// Has the engine carry the command out and waits for its record, but not for ever.
    func receipt(_ command: OperatorCommand) async -> Result<Receipt, NoReceipt> {
        await withCheckedContinuation { continuation in
            let waiter = Waiter(continuation)
            let wait = alarm.begin { waiter.hear(.failure(.late)) }
            desk.submit(command) { [alarm] result in
                if let wait { alarm.cancel(wait) }
                waiter.hear(result.mapError(NoReceipt.engine))
            }
            if wait == nil { waiter.hear(.failure(.late)) }
        }
    }

    /// The answer to a command other than HALT.
    func answer(_ result: Result<Receipt, NoReceipt>) throws(APIError) -> Response {
        switch result {
        case .success(let receipt) where receipt.status == .rejected: throw .rejected(receipt)
        case .success(let receipt): return .json(200, JSONCoder.encode(receipt))
        case .failure(.engine(let error)):
            throw .unavailable(code: error.code, "The desk did not do it: \(error)")
        case .failure(.late):
            throw .unavailable(
                code: "not_recorded",
                "No record within 5 s: it may still be carried out. Look at the state, or ask again "
                    + "with the same Idempotency-Key")
        }
    }
}

/// Resumes whoever waits with what it hears first.
private final class Waiter: Sendable {
    typealias Outcome = Result<Receipt, Services.NoReceipt>
    private let continuation: Guarded<CheckedContinuation<Outcome, Never>?>

    init(_ continuation: CheckedContinuation<Outcome, Never>) {
        self.continuation = Guarded(continuation)
    }

    func hear(_ outcome: Outcome) {
        let waiting = continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
        waiting?.resume(returning: outcome)
    }
}

extension APIError {
    /// The desk is not in a state for it: the receipt says why.
    fileprivate static func rejected(_ receipt: Receipt) -> APIError {
        let why =
            switch receipt.code {
            case "not_halted": "the desk is not HALTED"
            case "epoch_moved": "another halt has come since; the epoch is \(receipt.haltEpoch) now"
            case "truth_low": "the truth score is too low"
            case "flatten_running": "a flatten is at work"
            default: receipt.code
            }
        return APIError(
            .conflict, code: receipt.code, message: "\(receipt.action.name) was rejected: \(why)",
            members: [("receipt", JSONCoder.encode(receipt))])
    }
}
