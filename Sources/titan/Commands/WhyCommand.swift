import ArgumentParser
import Crypto
import Domain
import Engine

/// Explains one decision in the shell.
struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Explains a decision: every check with its value, limit and margin.")

    @Argument(help: "A decision's id (dec-…), an order's (ord-…) or a signal's.")
    var id: String
    @OptionGroup var options: SettingsOptions

    func run() throws {
        let directory = try Settings(options.reader()).dataDirectory
        var policy = Policy()
        var found: (decision: DecisionRecord, policy: Policy)?
        let wanted = id
        _ = try JournalReader.read(directory) { _, bytes in
            switch Record(bytes: bytes) {
            case .entry(let entry):
                if case .started(let started) = entry.input { policy = Self.policy(started) }
            case .decision(let decision)
            where decision.id == wanted || decision.signalId == wanted
                || (decision.approved && decision.intentId == wanted):
                // The first is the one that decided: later ones only say "duplicate".
                if found == nil { found = (decision, policy) }
            default: break
            }
        }
        guard let found else {
            throw ValidationError("no decision \(id) in the journal at \(directory)")
        }
        for line in Explanation(found.decision, under: found.policy).lines { print(line) }
    }

    private static func policy(_ started: Started) -> Policy {
        do { return try Policy(json: JSON.parse(Array(started.policy.utf8))) } catch {
            preconditionFailure("Invariant: a recorded policy reads: \(error)")
        }
    }
}
