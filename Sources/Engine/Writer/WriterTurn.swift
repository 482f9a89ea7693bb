import Domain
import Platform

/// The writer thread's own: the state, when it was last shown, when time last passed.
struct WriterTurn {
    var core: Core
    var isShortOfSpace = false
    /// Whether the last record has been handed to the journal.
    var isFinished = false
    private(set) var isHalted = false
    private var version: UInt64 = 0
    private var shownAt: Int64 = 0
    private var shown: BreakerState?
    private var nextTick = Machine.bootMicroseconds

    init(core: Core) { self.core = core }

    /// Whether a tick is due; if so, the next one is due after `period` real microseconds.
    mutating func isTickDue(every period: Int64) -> Bool {
        let now = Machine.bootMicroseconds
        guard now >= nextTick else { return false }
        nextTick = now + period
        return true
    }

    /// How many milliseconds there is nothing to do unless somebody rings.
    func pause(closing: Bool) -> CInt {
        let rest = max(1, (nextTick - Machine.bootMicroseconds) / 1000)
        return CInt(clamping: closing ? min(5, rest) : rest)
    }

    /// A view when one is due: often enough for a screen, at once when the breaker moves.
    mutating func view(always: Bool = false) -> EngineView? {
        let now = Machine.bootMicroseconds
        let isDue = now - shownAt >= Limits.Engine.viewMicroseconds
        guard always || isDue || shown != core.state.breaker.state else { return nil }
        (shownAt, shown, version) = (now, core.state.breaker.state, version + 1)
        return EngineView(
            state: core.state, policy: core.policy, policyHash: core.policyHash,
            journalFailure: nil, version: version)
    }

    /// What is shown of a desk of which nothing was ever durable.
    func failed(_ failure: String) -> EngineView {
        EngineView(
            state: core.state, policy: core.policy, policyHash: core.policyHash,
            journalFailure: failure, version: version + 1)
    }

    /// Halts a desk that can record nothing any more: its stops leave without records.
    mutating func halt(at time: Timestamp, epoch: UInt64) -> WriterBlock {
        isHalted = true
        var block = WriterBlock()
        let entry = Entry(time: time, haltEpoch: epoch, input: .tick)
        block.add(core.step(entry), from: Item(input: .tick))
        return block
    }
}
