import Platform
import Synchronization

/// Looks now and then whether another process has changed the vault, for as long as anybody asks.
///
/// Reading the file is the worker's business. When it has too much to do, the next look is as good.
final class VaultWatch: Sendable {
    private let vault: Vault
    private let worker: Worker
    private let counters: Counters
    /// Hears that something has changed, on the worker's thread.
    private let moved: @Sendable () -> Void
    /// When it is time to look again. Boot clock, microseconds.
    private let next = Atomic<Int64>(0)

    init(
        _ vault: Vault, worker: Worker, counters: Counters, moved: @escaping @Sendable () -> Void
    ) {
        (self.vault, self.worker, self.counters, self.moved) = (vault, worker, counters, moved)
    }

    /// Has the worker look, unless that was done a moment before `now`. Never waits. Any thread.
    func look(at now: Int64) {
        let due = next.load(ordering: .relaxed)
        guard now >= due,
            next.compareExchange(
                expected: due, desired: now + Limits.App.vaultLookMicroseconds, ordering: .relaxed
            ).exchanged
        else { return }
        _ = worker.submit { [self] in refresh() }
    }

    private func refresh() {
        let revocation = vault.revocation
        // What was read before holds on: a vault that does not open lets nobody new in.
        do { try vault.refresh() } catch { return counters.vaultUnreadable.add() }
        if vault.revocation != revocation { moved() }
    }
}
