import Crypto
public import Domain
import Platform

/// A whole desk in virtual time: one thread, one clock, the next event taken when the last is
/// journalled. The same seeds give the same records.
public final class Simulation {
    private let bus: EmbeddedBus
    private let participants: [ParticipantHost]
    private let sink: any RecordSink
    private let inbox: Inbox
    private let intake: Intake
    private let dispatcher: Dispatcher
    private let haltWord: HaltWord
    private let tickMicroseconds: Int64
    private var core: Core
    private var now: Timestamp
    private var nextTick: Int64
    private var report = SimulationReport()
    private var records = SHA256()

    /// - Parameter tickMicroseconds: how often time passes for the desk when nothing happens.
    public init(
        _ configuration: EngineConfiguration, bus: EmbeddedBus, participants: [ParticipantHost],
        sink: any RecordSink, start: Timestamp, tickMicroseconds: Int64
    ) throws(EngineStartError) {
        (self.bus, self.participants, self.sink) = (bus, participants, sink)
        (now, nextTick, self.tickMicroseconds) = (start, start.microseconds, tickMicroseconds)
        haltWord = HaltWord(epoch: 1)
        do {
            inbox = try Inbox()
            dispatcher = try Dispatcher(
                bus: bus,
                messages: Messages(
                    key: configuration.key, venue: configuration.venue,
                    account: configuration.account),
                events: Events(
                    policy: configuration.policy, binary: configuration.binaryDigest.hex),
                haltWord: haltWord, report: { [inbox] in inbox.put(Item(input: $0)) })
        } catch { throw .system(error) }
        intake = Intake(
            bus: bus, inbox: inbox, policy: configuration.policy, log: configuration.log)
        core = Core()
        report.start = start
        do { try intake.start() } catch { throw .bus(error) }
        inbox.put(Item(input: .started(RecoveredDesk.blank.started(configuration))))
    }

    /// Runs until so many inputs were taken in, or until a time.
    public func run(
        steps: UInt64 = .max, until end: Timestamp
    ) throws(JournalError) -> SimulationReport {
        try settle(until: steps)
        while report.steps < steps, now < end {
            advance()
            try settle(until: steps)
        }
        return finished()
    }

    /// Moves the clock to the next thing that happens.
    private func advance() {
        let wakes =
            participants.compactMap(\.nextWake) + [bus.nextWake, nextTick].compactMap(\.self)
        let next = wakes.min() ?? nextTick
        now = Timestamp(microseconds: max(now.microseconds, next))
        if now.microseconds >= nextTick {
            inbox.put(Item(input: .tick))
            nextTick = now.microseconds + tickMicroseconds
        }
        bus.advance(to: now.microseconds)
    }

    /// Lets everybody react, at this one time, until nobody has anything left to do.
    private func settle(until steps: UInt64) throws(JournalError) {
        var isBusy = true
        while isBusy, report.steps < steps {
            isBusy = false
            for participant in participants where isDue(participant) {
                isBusy = true
                participant.run(at: now.microseconds)
                bus.advance(to: now.microseconds)
            }
            if try turn(steps) {
                isBusy = true
                bus.advance(to: now.microseconds)
            }
        }
    }

    private func isDue(_ participant: ParticipantHost) -> Bool {
        participant.nextWake.map { $0 <= now.microseconds } ?? false
    }

    /// One turn of the writer: step, journal, then the effects. Returns whether there was any input.
    private func turn(_ steps: UInt64) throws(JournalError) -> Bool {
        let items = inbox.take().prefix(Int(clamping: steps - report.steps))
        if items.isEmpty { return false }
        var block = WriterBlock()
        for item in items {
            let entry = Entry(time: now, haltEpoch: haltWord.current, input: item.input)
            let output = core.step(entry)
            report.count(output, at: now)
            block.add(output, from: item)
            if case .started = item.input { continue }
            for bytes in output.records.map(\.bytes) { records.update(bytes) }
        }
        _ = try sink.append(block.records)
        release(block)
        return true
    }

    private func release(_ block: WriterBlock) {
        // Virtual time knows no late record.
        dispatcher.release(block.orders, until: .max, stops: block.stops, block.publications)
        dispatcher.drain()
        for token in block.tokens { bus.acknowledge(token) }
    }

    private func finished() -> SimulationReport {
        let state = core.state
        (report.end, report.sequence) = (now, state.sequence)
        (report.cash, report.equity) = (state.books.cash, state.books.equity)
        report.positions = zip(core.policy.symbolWhitelist, state.books.positions).map {
            ($0, $1.quantity)
        }
        report.recordsDigest = records.finish()
        (report.stateDigest, report.root) = (state.digest, sink.root)
        return report
    }
}

extension RecoveredDesk {
    /// A desk without a past.
    fileprivate static let blank = RecoveredDesk(
        core: Core(), records: 0, tornBytes: 0, doubt: "", decisions: [], haltEpoch: 1)
}
