import Crypto
import Domain
import Engine
import Platform

/// The digest of the canonical state at one sequence.
struct StateDigest: Sendable, Hashable {
    let digest: Digest256
    let sequence: UInt64

    init(_ state: State) { self.init(digest: state.digest, sequence: state.sequence) }

    init(digest: Digest256, sequence: UInt64) { (self.digest, self.sequence) = (digest, sequence) }
}

/// Keeps a recent digest at hand. Making one takes milliseconds, so the worker does it, when
/// somebody asks, at most once in a few seconds.
final class DigestKeeper: Sendable {
    private struct Held {
        var digest: StateDigest
        var asked: Int64
    }

    private let held: Guarded<Held>
    private let worker: Worker

    init(_ state: State, worker: Worker) {
        held = Guarded(Held(digest: StateDigest(state), asked: Machine.bootMicroseconds))
        self.worker = worker
    }

    /// The latest there is; has a newer one made from `view` when it is old. Any thread.
    func latest(_ view: EngineView) -> StateDigest {
        let now = Machine.bootMicroseconds
        let (digest, isOld) = held.withLock { held in
            let isOld = now - held.asked >= Limits.App.digestMicroseconds
            if isOld { held.asked = now }
            return (held.digest, isOld)
        }
        if isOld {
            // A worker too busy for it leaves the older digest, which names its sequence.
            _ = worker.submit { [held] in
                let made = StateDigest(view.state)
                held.withLock { $0.digest = made }
            }
        }
        return digest
    }
}
