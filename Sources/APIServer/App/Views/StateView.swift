import Crypto
import Domain
import Engine
import Platform

/// Which kind of backend each part of the desk has.
public struct Backends: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        case embedded
        case external
    }

    public var bus: Kind
    public var journal: Kind

    public init(bus: Kind = .embedded, journal: Kind = .embedded) {
        (self.bus, self.journal) = (bus, journal)
    }
}

/// One view of the desk, rendered once for everybody: the parts as the live topics carry them, and
/// all together as `GET /api/v1/state` does. Immutable but for the body, which the first reader makes.
final class StateView: Sendable {
    /// What is the same in every view of this process.
    struct Setting: Sendable {
        let backends: Backends
        let binary: Digest256
        /// Differs from process to process: two views of one version are not the same view.
        let run: String
    }

    /// JSON of each part.
    struct Parts: Sendable, Hashable {
        let breaker: [UInt8]
        let budgets: [UInt8]
        let health: [UInt8]
        let orders: [UInt8]
        let positions: [UInt8]
        let truth: [UInt8]
    }

    let view: EngineView
    /// Why no new risk might be taken when it was shown.
    let obstacles: [(code: String, message: String)]
    let parts: Parts
    let entityTag: String
    private let setting: Setting
    private let rendered = Guarded<[UInt8]?>(nil)

    init(
        _ view: EngineView, obstacles: [(code: String, message: String)], setting: Setting
    ) {
        (self.view, self.obstacles, self.setting) = (view, obstacles, setting)
        parts = Parts(
            breaker: JSONCoder.encode(view.breaker),
            budgets: Self.render { $0.budgets(view.state, under: view.policy) },
            health: Self.render { $0.health(view, obstacles) },
            orders: Self.render { $0.orders(view.state.books.orders, under: view.policy) },
            positions: Self.render { $0.positions(view.state.books, under: view.policy) },
            truth: Self.render { $0.truth(view.state.truth, at: view.state.time) })
        entityTag = "\"\(setting.run)-\(view.version)\""
    }

    /// The whole desk. The digest is the one at hand when the first reader asks.
    func body(_ digest: () -> StateDigest) -> [UInt8] {
        rendered.withLock { rendered in
            if let rendered { return rendered }
            let made = whole(digest(), obstacles)
            rendered = made
            return made
        }
    }

    /// The whole desk of this view, with what stands in the way now: a journal that hangs shows no
    /// more views.
    func body(_ digest: StateDigest, now: [(code: String, message: String)]) -> [UInt8] {
        whole(digest, now)
    }

    private func whole(
        _ digest: StateDigest, _ obstacles: [(code: String, message: String)]
    ) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("armed")
        json.bool(view.state.armed)
        json.key("backends")
        json.backends(setting.backends)
        json.key("breaker")
        json.raw(parts.breaker)
        json.key("budgets")
        json.raw(parts.budgets)
        json.key("flattening")
        json.bool(view.state.flatten.active)
        json.key("hashes")
        json.hashes(binary: setting.binary, policy: view.policyHash, state: digest)
        json.key("mode")
        json.string(view.state.started.mode.name)
        json.key("obstacles")
        json.obstacles(obstacles)
        json.key("orders")
        json.raw(parts.orders)
        json.key("positions")
        json.raw(parts.positions)
        json.key("sequence")
        json.integer(view.state.sequence)
        json.key("time")
        json.time(view.state.time)
        json.key("truth")
        json.raw(parts.truth)
        json.key("version")
        json.integer(view.version)
        json.endObject()
        return json.bytes
    }

    private static func render(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        write(&json)
        return json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func backends(_ backends: Backends) {
        beginObject()
        key("bus")
        string(backends.bus.rawValue)
        key("journal")
        string(backends.journal.rawValue)
        endObject()
    }

    fileprivate mutating func hashes(binary: Digest256, policy: Digest256, state: StateDigest) {
        beginObject()
        key("binary")
        string(binary.hex)
        key("journal_root")
        null()
        key("policy")
        string(policy.hex)
        key("state")
        beginObject()
        key("digest")
        string(state.digest.hex)
        key("sequence")
        integer(state.sequence)
        endObject()
        endObject()
    }
}
