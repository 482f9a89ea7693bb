import Domain
import Platform

/// Where the latest view and the latest decisions hang for everybody to read.
final class Board: Sendable {
    private struct Content {
        var view: EngineView?
        var decisions: [DecisionRecord] = []
        var readers: [@Sendable (EngineView?, [Publication]) -> Void] = []
    }

    private let content = Guarded(Content())

    var latest: EngineView? { content.withLock { $0.view } }
    var decisions: [DecisionRecord] { content.withLock { $0.decisions } }

    /// What was recovered, before the writer shows anything.
    func begin(with desk: RecoveredDesk) {
        content.withLock { $0.decisions = desk.decisions }
    }

    func subscribe(_ deliver: @escaping @Sendable (EngineView?, [Publication]) -> Void) {
        content.withLock { $0.readers.append(deliver) }
    }

    func publish(_ view: EngineView?) {
        guard let view else { return }
        let readers = content.withLock { content in
            content.view = view
            return content.readers
        }
        for reader in readers { reader(view, []) }
    }

    func announce(_ publications: [Publication]) {
        guard !publications.isEmpty else { return }
        let readers = content.withLock { content in
            for case .decision(let decision) in publications { content.decisions.append(decision) }
            let excess = content.decisions.count - 2 * Limits.Engine.decisionsMaximum
            if excess > 0 {
                content.decisions.removeFirst(excess + Limits.Engine.decisionsMaximum)
            }
            return content.readers
        }
        for reader in readers { reader(nil, publications) }
    }
}
