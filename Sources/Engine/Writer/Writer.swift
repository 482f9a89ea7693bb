import Domain
import Platform

/// The one thread that changes the desk's state: takes inputs in, steps, hands the records to the
/// journal, and lets effects go when they are durable. It never waits for a disk or a socket.
final class Writer: Sendable {
    private let inbox: Inbox
    private let clock: EngineClock
    private let haltWord: HaltWord
    private let journal: JournalThread
    private let outlet: Outlet
    private let shared = Guarded(Shared())
    private let thread = Guarded<Thread?>(nil)

    /// What the journal's thread tells the writer.
    private struct Shared {
        var blocksInFlight = 0
        var failure: String?
        var isClosed = false
    }

    init(
        inbox: Inbox, clock: EngineClock, haltWord: HaltWord, journal: JournalThread, outlet: Outlet
    ) {
        (self.inbox, self.clock, self.haltWord) = (inbox, clock, haltWord)
        (self.journal, self.outlet) = (journal, outlet)
    }

    /// Starts the thread on a state; the first input is `started`.
    func start(_ core: Core, first: Started) throws(SystemError) {
        let started = try Thread(name: "writer") { [self] in run(core, first) }
        thread.withLock { $0 = started }
    }

    /// Takes in what waits, makes it durable, ends.
    func close() {
        inbox.close()
        shared.withLock { $0.isClosed = true }
        inbox.bell.ring()
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        running?.join()
    }

    private func run(_ core: Core, _ first: Started) {
        var turn = WriterTurn(core: core)
        commit(&turn, [Item(input: .started(first))])
        var nextTick = Machine.bootMicroseconds
        while true {
            let (inFlight, failure, isClosed) = shared.withLock {
                ($0.blocksInFlight, $0.failure, $0.isClosed)
            }
            if let failure {
                serveAfterFailure(&turn, failure)
                if isClosed { return }
                continue
            }
            let now = Machine.bootMicroseconds
            var batch = inFlight < Limits.Engine.blocksInFlightMaximum ? inbox.take() : []
            if now >= nextTick {
                batch.append(Item(input: time()))
                nextTick = now + clock.real(Limits.Engine.tickMicroseconds)
            }
            if !batch.isEmpty {
                commit(&turn, batch)
            } else {
                if isClosed, inFlight == 0 { return }
                inbox.bell.wait(milliseconds: CInt(clamping: max(1, (nextTick - now) / 1000)))
            }
        }
    }

    /// A tick, or what is wrong with the clock.
    private func time() -> Input {
        let skew = clock.skew
        guard skew.magnitude > UInt64(Limits.Engine.clockSkewMicroseconds) else { return .tick }
        return .clockAnomaly(ClockAnomaly(skew: skew))
    }

    /// One turn: the halt word is loaded once, every input steps under it, one block goes out.
    private func commit(_ turn: inout WriterTurn, _ batch: [Item]) {
        let (time, epoch) = (clock.now, haltWord.current)
        var block = WriterBlock()
        for item in batch {
            let entry = Entry(time: time, haltEpoch: epoch, input: item.input)
            block.add(turn.core.step(entry), from: item)
        }
        outlet.expect(block.stops)
        block.view = turn.view(failure: nil)
        shared.withLock { $0.blocksInFlight += 1 }
        let finished = block
        journal.submit(finished.records) { [self] outcome in
            switch outcome {
            case .durable:
                outlet.release(finished)
                shared.withLock { $0.blocksInFlight -= 1 }
            case .failed(let why):
                outlet.refuse(finished, .journalFailed(why))
                shared.withLock {
                    $0.blocksInFlight -= 1
                    $0.failure = $0.failure ?? why
                }
            }
            inbox.bell.ring()
        }
    }

    /// The journal is gone: the desk is halted, stops still leave, everything else is refused.
    private func serveAfterFailure(_ turn: inout WriterTurn, _ failure: String) {
        if !turn.isHalted {
            turn.halt(at: clock.now, epoch: haltWord.raise().epoch, outlet)
            outlet.publish(turn.view(failure: failure, always: true))
        }
        for item in inbox.take() { item.answer?(.failure(.journalFailed(failure))) }
        inbox.bell.wait(milliseconds: 50)
    }
}

/// The writer thread's own: the state and when it was last shown.
struct WriterTurn {
    var core: Core
    private var version: UInt64 = 0
    private var shownAt: Int64 = 0
    private var shown: BreakerState?
    private(set) var isHalted = false

    init(core: Core) { self.core = core }

    /// A view when one is due: often enough for a screen, at once when the breaker moves.
    mutating func view(failure: String?, always: Bool = false) -> EngineView? {
        let now = Machine.bootMicroseconds
        let isDue = now - shownAt >= Limits.Engine.viewMicroseconds
        guard always || isDue || shown != core.state.breaker.state else { return nil }
        (shownAt, shown, version) = (now, core.state.breaker.state, version + 1)
        return EngineView(
            state: core.state, policy: core.policy, policyHash: core.policyHash,
            journalFailure: failure, version: version)
    }

    /// Halts a desk that can record nothing any more: its stops leave without records.
    mutating func halt(at time: Timestamp, epoch: UInt64, _ outlet: Outlet) {
        isHalted = true
        let output = core.step(Entry(time: time, haltEpoch: epoch, input: .tick))
        var block = WriterBlock()
        block.add(output, from: Item(input: .tick))
        outlet.expect(block.stops)
    }
}
