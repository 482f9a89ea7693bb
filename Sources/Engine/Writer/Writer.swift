import Domain
import Platform

/// The one thread that changes the desk's state: takes inputs in, steps, hands the records to the
/// journal, and lets effects go when they are durable. It never waits for a disk or a socket.
final class Writer: Sendable {
    private let inbox: Inbox
    private let clock: EngineClock
    private let halt: HaltSwitch
    private let journal: JournalThread
    private let outlet: Outlet
    private let shared = Guarded(Shared())
    private let worker = Guarded<Worker?>(nil)

    /// What the journal's thread and the end of the program tell the writer.
    private struct Shared {
        var blocksInFlight = 0
        var failure: String?
        /// Until when the writer may finish, in microseconds since boot; `nil` while it goes on.
        var closesAt: Int64?
    }

    init(
        inbox: Inbox, clock: EngineClock, halt: HaltSwitch, journal: JournalThread, outlet: Outlet
    ) {
        (self.inbox, self.clock, self.halt) = (inbox, clock, halt)
        (self.journal, self.outlet) = (journal, outlet)
    }

    /// Starts the thread on a state; the first input is `started`.
    func start(_ core: Core, first: Started) throws(SystemError) {
        let started = try Worker("writer") { [self] in run(core, first) }
        worker.withLock { $0 = started }
    }

    /// Takes in what waits, hears what became of the last orders, makes all of it durable, ends.
    /// Returns whether the thread has ended.
    @discardableResult
    func close() -> Bool {
        inbox.close()
        let limit = Machine.bootMicroseconds + Limits.Writer.closeMicroseconds
        shared.withLock { $0.closesAt = limit }
        inbox.bell.ring()
        let running = worker.withLock { worker in
            defer { worker = nil }
            return worker
        }
        let patience = Int32(Limits.Writer.closeMicroseconds / 1000) + 250
        return running?.finish(milliseconds: patience) ?? true
    }

    private func run(_ core: Core, _ first: Started) {
        var turn = WriterTurn(core: core)
        commit(&turn, [Item(input: .started(first))])
        while true {
            let (inFlight, failure, closesAt) = shared.withLock {
                ($0.blocksInFlight, $0.failure, $0.closesAt)
            }
            if let failure {
                serveAfterFailure(&turn, failure)
                if closesAt != nil { return }
                continue
            }
            watchSpace(&turn)
            let batch = next(&turn, inFlight)
            if !batch.isEmpty {
                commit(&turn, batch)
            } else if let closesAt, finish(&turn, inFlight, closesAt) {
                return
            } else {
                inbox.bell.wait(milliseconds: turn.pause(closing: closesAt != nil))
            }
        }
    }

    /// What this turn takes in. While too much waits for the journal, only what stops the desk.
    private func next(_ turn: inout WriterTurn, _ inFlight: Int) -> [Item] {
        let maximum = Limits.Engine.blocksInFlightMaximum
        if inFlight < maximum {
            var batch = inbox.take()
            if turn.isTickDue(every: clock.real(Limits.Engine.tickMicroseconds)) {
                batch += time().map { Item(input: $0) }
            }
            return batch
        }
        guard inFlight < maximum + Limits.Writer.stopBlocks else { return [] }
        let stops = inbox.takeStops()
        let isRaised = halt.word.current > turn.core.state.breaker.haltEpoch
        return stops.isEmpty && isRaised ? [Item(input: .tick)] : stops
    }

    /// A tick, and before it what is wrong with the clock.
    private func time() -> [Input] {
        let skew = clock.skew
        guard skew.magnitude > UInt64(Limits.Engine.clockSkewMicroseconds) else { return [.tick] }
        clock.followWall()
        return [.clockAnomaly(ClockAnomaly(skew: skew)), .tick]
    }

    /// A disk that has no room for another segment halts the desk while there is room for stops.
    private func watchSpace(_ turn: inout WriterTurn) {
        guard !turn.isShortOfSpace, let why = journal.shortOfSpace else { return }
        turn.isShortOfSpace = true
        var command = OperatorCommand()
        (command.action, command.actor) = (.halt, "titan")
        command.reason = "the disk has no room for another journal segment: \(why)"
        command.gateClosed = halt.raise(reason: command.reason).closed
        commit(&turn, [Item(input: .command(command))])
    }

    /// One turn: the halt word is loaded once, every input steps under it, one block goes out.
    private func commit(_ turn: inout WriterTurn, _ batch: [Item]) {
        let (time, epoch) = (clock.now, halt.word.current)
        var block = WriterBlock()
        for item in batch {
            if item.isRedelivery, turn.core.state.hasDealtWith(item.input) {
                block.acknowledge(item)
                continue
            }
            let before = turn.core.state.sequence
            block.add(
                turn.core.step(Entry(time: time, haltEpoch: epoch, input: item.input)), from: item)
            if turn.core.isSnapshotDue(after: before) {
                block.snapshot = turn.core.state
            }
            if block.bytesCount >= Limits.Journal.blockBytes {
                submit(block)
                block = WriterBlock()
            }
        }
        block.view = turn.view()
        submit(block)
    }

    private func submit(_ block: WriterBlock) {
        outlet.expect(block.stops)
        shared.withLock { $0.blocksInFlight += 1 }
        journal.submit(block.records) { [self] outcome in
            switch outcome {
            case .durable:
                outlet.release(block)
                shared.withLock { $0.blocksInFlight -= 1 }
            case .failed(let why):
                let isFirst = shared.withLock { shared in
                    shared.blocksInFlight -= 1
                    defer { shared.failure = shared.failure ?? why }
                    return shared.failure == nil
                }
                // First the gate: nobody is told of a failure while orders still leave.
                if isFirst { _ = halt.raise(reason: "the journal cannot be written: \(why)") }
                outlet.refuse(block, .journalFailed(why))
            }
            inbox.bell.ring()
        }
    }

    /// The journal is gone: the desk is halted, stops still leave, everything else is refused.
    private func serveAfterFailure(_ turn: inout WriterTurn, _ failure: String) {
        if !turn.isHalted {
            let epoch = halt.raise(reason: "the journal cannot be written: \(failure)").epoch
            outlet.expect(turn.halt(at: clock.now, epoch: epoch).stops)
            outlet.board.fail(failure, orElse: turn.failed(failure))
        }
        for item in inbox.take() { item.answer?(.failure(.journalFailed(failure))) }
        inbox.bell.wait(milliseconds: 50)
    }

    /// At the end: nothing waits any more, or it has taken too long. The last record is the digest
    /// of the state that the snapshot holds.
    private func finish(_ turn: inout WriterTurn, _ inFlight: Int, _ closesAt: Int64) -> Bool {
        let isLate = Machine.bootMicroseconds >= closesAt
        guard isLate || inFlight == 0 && inbox.count == 0 && outlet.dispatcher.isIdle else {
            return false
        }
        if isLate || turn.isFinished { return true }
        turn.isFinished = true
        let state = turn.core.state
        var block = WriterBlock()
        let entry = Entry(
            time: clock.now, haltEpoch: halt.word.current,
            input: .checkpoint(Checkpoint(sequence: state.sequence, digest: state.digest)))
        let item = Item(input: entry.input)
        block.add(turn.core.step(entry), from: item)
        block.snapshot = state
        block.view = turn.view(always: true)
        submit(block)
        return false
    }
}
