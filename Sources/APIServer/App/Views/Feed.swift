import Crypto
import Domain
import Engine
import Platform

/// Takes what the engine publishes and hands it on: to the latest view, the shelf, the live topics
/// and the counters.
///
/// Thread: `take` on the journal's, which must not wait: it renders, and hands over.
final class Feed: Sendable {
    private struct Follower {
        var tracer = Tracer()
        /// What the state topics said last, so that only a change is said.
        var said: StateView.Parts?
        var health: [UInt8] = []
        var latest: StateView?
    }

    let shelf = DecisionShelf()
    private let follower = Guarded(Follower())
    private let setting: StateView.Setting
    /// Why no new risk may be taken now, the journal's slowness included.
    private let obstacles: @Sendable () -> [(code: String, message: String)]
    private let hub: LiveHub
    private let counters: Counters

    init(
        setting: StateView.Setting, hub: LiveHub, counters: Counters,
        obstacles: @escaping @Sendable () -> [(code: String, message: String)]
    ) {
        (self.setting, self.hub, self.counters) = (setting, hub, counters)
        self.obstacles = obstacles
    }

    /// The desk as it was last shown; `nil` before the first.
    var latest: StateView? { follower.withLock { $0.latest } }

    func take(_ view: EngineView?, _ publications: [Publication]) {
        if let view { show(view) }
        guard !publications.isEmpty, let latest else { return }
        for publication in publications { tell(publication, latest.view) }
    }

    private func show(_ view: EngineView) {
        let shown = StateView(view, obstacles: obstacles(), setting: setting)
        let before = follower.withLock { follower in
            defer { (follower.said, follower.latest) = (shown.parts, shown) }
            return follower.said
        }
        look()
        func say(_ topic: Topic, _ part: (StateView.Parts) -> [UInt8]) {
            let now = part(shown.parts)
            if before.map(part) == now { return }
            publish(topic, now, view)
        }
        say(.truth, \.truth)
        say(.breaker, \.breaker)
        say(.budgets, \.budgets)
        say(.positions, \.positions)
        say(.orders, \.orders)
    }

    /// Says the desk's health when it has changed, with or without a new view: a journal that hangs
    /// shows none. Under the lock, so that an older one never follows a newer.
    func look() {
        follower.withLock { follower in
            guard let view = follower.latest?.view else { return }
            var json = JSONWriter()
            json.health(view, obstacles())
            guard follower.health != json.bytes else { return }
            follower.health = json.bytes
            publish(.health, json.bytes, view)
        }
    }

    private func tell(_ publication: Publication, _ view: EngineView) {
        switch publication {
        case .decision(let decision):
            let json = decision.json(under: view.policy, binary: setting.binary.hex)
            counters.count(decision)
            shelf.add(decision, json: json)
            publish(.decisions, json, view, at: decision.time)
            let steps = follower.withLock { $0.tracer.steps(decision) }
            for step in steps { publish(.trace, step, view, at: decision.time) }
        case .receipt(let receipt):
            counters.count(receipt)
            publish(.operator, JSONCoder.encode(receipt), view, at: receipt.time)
        case .order(let order):
            guard let step = follower.withLock({ $0.tracer.step(order) }) else { return }
            publish(.trace, step, view, at: order.time)
        // The views carry both.
        case .breaker, .truth: return
        }
    }

    private func publish(
        _ topic: Topic, _ data: [UInt8], _ view: EngineView, at time: Timestamp? = nil
    ) {
        hub.publish(
            topic, data: data, time: time ?? view.state.time, mode: view.state.started.mode)
    }
}
