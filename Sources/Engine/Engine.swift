public import Crypto
public import Domain
public import Platform

/// What the engine is made with.
public struct EngineConfiguration: Sendable {
    public var directory: String
    public var policy = Policy()
    public var mode = Mode.paper
    /// Whether a desk without a past starts armed.
    public var armed = true
    public var cash: Int64 = 100_000 * Decimal8.one
    public var key: SigningKey
    /// Of the running program.
    public var binaryDigest = Digest256.zero
    /// Tag and trace seed of a desk without a past.
    public var desk: String
    public var traceSeed: Digest256
    public var speed: Int64 = 1
    /// Bytes of one journal segment.
    public var segmentBytes = Limits.Journal.segmentBytes
    public var snapshotRecords = Limits.Engine.snapshotRecords
    public var venue = "paper"
    public var account = "main"
    public var log: @Sendable (String) -> Void = { _ in }

    public init(directory: String, key: SigningKey, desk: String, traceSeed: Digest256) {
        (self.directory, self.key, self.desk) = (directory, key, desk)
        self.traceSeed = traceSeed
    }
}

/// The desk's engine: one writer behind a bounded inbox, its journal, and the ways in and out.
///
/// Thread: every public method from any thread.
public final class Engine: Sendable {
    public let haltWord: HaltWord
    public let opening: RecoveredDesk
    private let configuration: EngineConfiguration
    private let clock: EngineClock
    private let bus: any Bus
    private let inbox: Inbox
    private let journal: JournalThread
    private let snapshots: SnapshotThread
    private let halt: HaltSwitch
    private let dispatcher: Dispatcher
    private let writer: Writer
    private let intake: Intake
    private let board = Board()

    /// Recovers the desk from its directory and prepares everything; `start` sets it going.
    public init(
        _ configuration: EngineConfiguration, bus: any Bus
    ) throws(EngineStartError) {
        self.configuration = configuration
        self.bus = bus
        do {
            let (recovered, file) = try RecoveredDesk.recover(configuration)
            opening = recovered
            haltWord = HaltWord(epoch: recovered.haltEpoch)
            halt = HaltSwitch(
                word: haltWord,
                thread: try HaltThread(try HaltFile(directory: configuration.directory)))
            clock = EngineClock(speed: configuration.speed, from: recovered.core.state.time)
            inbox = try Inbox()
            journal = try JournalThread(file)
            snapshots = try SnapshotThread(
                directory: configuration.directory, log: configuration.log,
                report: { [inbox] in inbox.put(Item(input: .checkpoint($0))) })
            dispatcher = try Dispatcher(
                bus: bus,
                messages: Messages(
                    key: configuration.key, venue: configuration.venue,
                    account: configuration.account),
                events: Events(
                    policy: configuration.policy, binary: configuration.binaryDigest.hex),
                haltWord: haltWord, report: { [inbox] in inbox.put(Item(input: $0)) })
        } catch let error as JournalError {
            throw .journal(error)
        } catch let error as SystemError {
            throw .system(error)
        } catch {
            preconditionFailure("Invariant: recovery throws no other error: \(error)")
        }
        let outlet = Outlet(
            dispatcher: dispatcher, bus: bus, board: board,
            keep: { [snapshots] in snapshots.submit($0) })
        writer = Writer(inbox: inbox, clock: clock, halt: halt, journal: journal, outlet: outlet)
        intake = Intake(
            bus: bus, inbox: inbox, policy: configuration.policy, log: configuration.log)
        board.begin(with: opening)
    }

    /// Starts the threads and begins to listen to the bus.
    public func start() throws(EngineStartError) {
        do {
            try dispatcher.start()
            try writer.start(opening.core, first: opening.started(configuration))
        } catch { throw .system(error) }
        do { try intake.start() } catch { throw .bus(error) }
    }

    /// Takes nothing in any more, finishes what it has, makes it durable, writes a snapshot and ends:
    /// within five seconds, also when the disk does not answer.
    public func stop() {
        writer.close()
        dispatcher.close()
        snapshots.close()
        journal.close()
        bus.close()
        halt.thread.close()
    }

    /// What time it is for the desk.
    public func time() -> Timestamp { clock.now }

    /// The desk as it was last shown; `nil` before the first.
    public var view: EngineView? { board.latest }

    /// Closes the gate at once, before anything is recorded. Returns the epoch, whether the gate was
    /// seen closed, and which orders were handed over just before.
    ///
    /// The reason is what the next start shows when the process dies before the command is recorded.
    public func raiseHalt(
        reason: String = "a halt was raised"
    ) -> (epoch: UInt64, closed: Bool, handedOver: [String]) {
        let (epoch, closed) = halt.raise(reason: reason)
        inbox.bell.ring()
        return (epoch, closed, dispatcher.handedOver)
    }

    /// Has the writer carry out a command. `answer` hears once, when the record is durable, or at
    /// once when too much waits.
    public func submit(
        _ command: OperatorCommand,
        answer: @escaping @Sendable (Result<Receipt, EngineError>) -> Void
    ) {
        switch inbox.put(Item(input: .command(command), answer: answer)) {
        case .taken: break
        case .full: answer(.failure(.busy))
        case .closed: answer(.failure(.stopping))
        }
    }

    /// Why no new risk may be taken now, the journal's slowness included; empty when it may.
    public var obstacles: [(code: String, message: String)] {
        guard let view else { return [("starting", "the desk has not been shown yet")] }
        var found = view.obstacles
        if haltWord.current > view.state.breaker.haltEpoch {
            found.append(("halt_unrecorded", "a halt was raised and is not on record yet"))
        }
        let behind = clock.now.since(view.state.time)
        if behind > Limits.Engine.viewAgeMicroseconds * max(1, configuration.speed) {
            found.append(("stalled", "the desk was last seen \(behind / 1000) ms ago"))
        }
        let waited = journal.waitedMicroseconds
        if view.journalFailure == nil, waited > Limits.Journal.slowMicroseconds {
            let message = "the journal has not answered for \(waited / 1000) ms"
            found.append(("journal_slow", message))
        }
        if let problem = halt.thread.problem {
            found.append(("halt_file", "the latest halt is not in its file: \(problem)"))
        }
        return found
    }

    /// Hears every publication after its record is durable, in order, on the journal's thread.
    public func subscribe(_ deliver: @escaping @Sendable (EngineView?, [Publication]) -> Void) {
        board.subscribe(deliver)
    }

    /// The latest decisions, the newest last.
    public var decisions: [DecisionRecord] { board.decisions }

    public var counts: EngineCounts {
        let troubles = dispatcher.troubles
        return EngineCounts(
            inbox: inbox.count, malformed: intake.counts.malformed, refused: intake.counts.refused,
            stopsFailed: troubles.stopsFailed, dropped: troubles.dropped,
            journalWaitMicroseconds: journal.waitedMicroseconds, bus: bus.health)
    }
}

/// Figures for the metrics.
public struct EngineCounts: Sendable {
    public let inbox: Int
    public let malformed: UInt64
    public let refused: UInt64
    /// How often the bus did not take a stop, which then left again.
    public let stopsFailed: UInt64
    /// Events and stops that were given up.
    public let dropped: UInt64
    /// How long the oldest record has waited to become durable.
    public let journalWaitMicroseconds: Int64
    public let bus: BusHealth
}

/// Why the engine did not start.
public enum EngineStartError: Error, Sendable, CustomStringConvertible {
    case journal(JournalError)
    case system(SystemError)
    case bus(BusError)

    public var description: String {
        switch self {
        case .journal(let error): "\(error)"
        case .system(let error): "\(error)"
        case .bus(let error): "\(error)"
        }
    }
}
