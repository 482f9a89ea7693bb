import Domain
import Platform

/// One decision, ready for lists.
struct ShelvedDecision: Sendable {
    let record: DecisionRecord
    /// Rendered when it was made; `nil` for those of an earlier process, which are rendered when
    /// somebody asks.
    let json: [UInt8]?
}

/// The latest decisions, for the list and for deep links.
///
/// Kept in pieces: whoever reads takes the list as it is and looks through it without a lock, and
/// the writer's next decision then copies one piece at most.
final class DecisionShelf: Sendable {
    private let pieces = Guarded<[[ShelvedDecision]]>([])

    /// Puts the recovered decisions, oldest first, before those that have come meanwhile.
    func begin(with recovered: [DecisionRecord]) {
        let kept = recovered.suffix(Limits.App.decisionsMaximum)
        pieces.withLock { pieces in
            let since = pieces.flatMap { $0 }.filter {
                $0.record.sequence > kept.last?.sequence ?? 0
            }
            pieces = []
            for record in kept { Self.add(ShelvedDecision(record: record, json: nil), to: &pieces) }
            for decision in since { Self.add(decision, to: &pieces) }
        }
    }

    func add(_ record: DecisionRecord, json: [UInt8]) {
        pieces.withLock { Self.add(ShelvedDecision(record: record, json: json), to: &$0) }
    }

    /// The latest, the newest first, from below `before` on: at most `limit` that `matches` takes.
    /// `more` tells whether there are others behind them.
    func list(
        before: UInt64, limit: Int, matches: (DecisionRecord) -> Bool
    ) -> (found: [ShelvedDecision], more: Bool) {
        let pieces = pieces.withLock { $0 }
        var found: [ShelvedDecision] = []
        for piece in pieces.reversed() {
            guard let first = piece.first, first.record.sequence < before else { continue }
            for decision in piece.reversed()
            where decision.record.sequence < before && matches(decision.record) {
                if found.count == limit { return (found, true) }
                found.append(decision)
            }
        }
        return (found, false)
    }

    /// The decision of that sequence.
    func decision(_ sequence: UInt64) -> ShelvedDecision? {
        let pieces = pieces.withLock { $0 }
        let piece = pieces.last { $0.first.map { $0.record.sequence <= sequence } ?? false }
        return piece?.first { $0.record.sequence == sequence }
    }

    private static func add(_ decision: ShelvedDecision, to pieces: inout [[ShelvedDecision]]) {
        if pieces.last.map({ $0.count < Limits.App.decisionsPiece }) ?? false {
            pieces[pieces.count - 1].append(decision)
        } else {
            pieces.append([decision])
            if pieces.count > Limits.App.decisionsMaximum / Limits.App.decisionsPiece + 1 {
                pieces.removeFirst()
            }
        }
    }
}
