import Loop
import Synchronization

/// Where the hub knocks: one for each shard.
final class LiveOutlet: Sendable {
    private let executor: LoopExecutor
    private let news = Atomic(false)
    /// How many subscriptions the shard holds: without any it is left asleep.
    private let readers = Atomic(0)

    init(executor: LoopExecutor) { self.executor = executor }

    /// Any thread. Wakes the shard once for all news until it has looked.
    func wake() {
        guard readers.load(ordering: .sequentiallyConsistent) > 0,
            !news.exchange(true, ordering: .sequentiallyConsistent)
        else { return }
        executor.ring()
    }

    /// Whether there is news. The shard calls this before it looks, so that what comes while it
    /// looks knocks again.
    func takeNews() -> Bool { news.exchange(false, ordering: .sequentiallyConsistent) }

    func readersChanged(by count: Int) {
        readers.wrappingAdd(count, ordering: .sequentiallyConsistent)
    }
}
