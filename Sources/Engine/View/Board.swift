import Domain
import Platform

/// Where the latest view and the latest decisions hang for everybody to read.
final class Board: Sendable {
    private typealias Reader = @Sendable (EngineView?, [Publication]) -> Void

    private struct Content {
        var view: EngineView?
        var decisions = LatestDecisions()
        var readers: [Reader] = []
    }

    private let content = Guarded(Content())

    var latest: EngineView? { content.withLock { $0.view } }

    /// The latest decisions, the newest last.
    var decisions: [DecisionRecord] { content.withLock { $0.decisions }.all }

    /// What was recovered, before the writer shows anything.
    func begin(with desk: RecoveredDesk) {
        content.withLock { content in
            for decision in desk.decisions { content.decisions.append(decision) }
        }
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

    /// Shows the last durable view with the failure; `other` when there never was one.
    func fail(_ failure: String, orElse other: EngineView) {
        let latest = latest
        publish(latest.map { $0.failing(failure) } ?? other)
    }

    func announce(_ publications: [Publication]) {
        guard !publications.isEmpty else { return }
        let readers = content.withLock { content in
            for case .decision(let decision) in publications { content.decisions.append(decision) }
            return content.readers
        }
        for reader in readers { reader(nil, publications) }
    }
}

/// A bounded list in parts, so that adding to one that somebody reads copies a part, not all.
private struct LatestDecisions {
    private static let chunk = 256
    private var chunks: [[DecisionRecord]] = []

    var all: [DecisionRecord] {
        Array(Array(chunks.joined()).suffix(Limits.Engine.decisionsMaximum))
    }

    mutating func append(_ decision: DecisionRecord) {
        if chunks.last.map({ $0.count == Self.chunk }) ?? true {
            if chunks.count > Limits.Engine.decisionsMaximum / Self.chunk { chunks.removeFirst() }
            chunks.append([])
        }
        chunks[chunks.count - 1].append(decision)
    }
}
