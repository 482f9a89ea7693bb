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
            haltWord = HaltWord(epoch: recovered.core.state.breaker.haltEpoch + 1)
            clock = EngineClock(speed: configuration.speed, from: recovered.core.state.time)
            inbox = try Inbox()
            journal = try JournalThread(file)
            dispatcher = try Dispatcher(
                bus: bus,
                messages: Messages(
                    key: configuration.key, venue: configuration.venue,
                    account: configuration.account),
                haltWord: haltWord,
                report: { [inbox] input in _ = inbox.put(Item(input: input), evenIfFull: true) })
        } catch let error as JournalError {
            throw .journal(error)
        } catch let error as SystemError {
            throw .system(error)
        } catch {
            preconditionFailure("Invariant: recovery throws no other error: \(error)")
        }
        let outlet = Outlet(
            dispatcher: dispatcher, bus: bus,
            events: Events(policy: configuration.policy, binary: configuration.binaryDigest.hex),
            publish: { [board] in board.publish($0) }, announce: { [board] in board.announce($0) })
        writer = Writer(
            inbox: inbox, clock: clock, haltWord: haltWord, journal: journal, outlet: outlet)
        intake = Intake(
            bus: bus, inbox: inbox, policy: configuration.policy, log: configuration.log)
        board.begin(with: opening)
    }

    /// Starts the threads and begins to listen to the bus.
    public func start() throws(EngineStartError) {
        do {
            try dispatcher.start()
            try writer.start(opening.core, first: opening.started(configuration, haltWord.current))
        } catch { throw .system(error) }
        do { try intake.start() } catch { throw .bus(error) }
    }

    /// Takes in what waits, makes it durable, writes a snapshot and ends.
    public func stop() {
        bus.close()
        writer.close()
        dispatcher.close()
        journal.close()
        if let view = board.latest, view.journalFailure == nil { remember(view.state) }
    }

    /// The desk as it was last shown; `nil` before the first.
    public var view: EngineView? { board.latest }

    /// Closes the gate at once, before anything is recorded. Returns the epoch, whether the gate was
    /// seen closed, and which orders were handed over just before.
    public func raiseHalt() -> (epoch: UInt64, closed: Bool, handedOver: [String]) {
        let (epoch, closed) = haltWord.raise()
        inbox.bell.ring()
        return (epoch, closed, dispatcher.handedOver)
    }

    /// Has the writer carry out a command. `answer` hears once, when the record is durable.
    public func submit(
        _ command: OperatorCommand,
        answer: @escaping @Sendable (Result<Receipt, EngineError>) -> Void
    ) {
        let stops = command.action != .resume
        let item = Item(input: .command(command), answer: answer)
        if !inbox.put(item, evenIfFull: stops) { answer(.failure(.busy)) }
    }

    /// Hears every publication after its record is durable, in order, on the journal's thread.
    public func subscribe(_ deliver: @escaping @Sendable (EngineView?, [Publication]) -> Void) {
        board.subscribe(deliver)
    }

    /// The latest decisions, the newest last.
    public var decisions: [DecisionRecord] { board.decisions }

    public var counts: EngineCounts {
        EngineCounts(
            inbox: inbox.count, malformed: intake.counts.malformed, refused: intake.counts.refused,
            bus: bus.health)
    }

    private func remember(_ state: State) {
        let store = SnapshotStore(directory: configuration.directory)
        do {
            try store.write(sequence: state.sequence, state: BinaryEncoder.encode(state))
        } catch { configuration.log("the snapshot was not written: \(error)") }
    }
}

/// Figures for the metrics.
public struct EngineCounts: Sendable {
    public let inbox: Int
    public let malformed: UInt64
    public let refused: UInt64
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
