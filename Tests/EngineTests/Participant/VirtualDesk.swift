import Domain
import Platform

@testable import Engine

/// A bus in virtual time with participants on it, run by one thread in an order that repeats.
final class VirtualDesk {
    static let start = Timestamp(microseconds: 1_700_000_000_000_000)

    let bus: EmbeddedBus
    private(set) var now: Int64
    private(set) var hosts: [ParticipantHost] = []
    private let heard = Guarded<[BusMessage]>([])

    init(start: Timestamp = VirtualDesk.start) throws {
        now = start.microseconds
        bus = try EmbeddedBus(core: BusCore(), virtualTime: now)
        try bus.subscribe("titan.>") { [heard] message in heard.withLock { $0.append(message) } }
    }

    deinit { bus.close() }

    /// Everything that was published, in order.
    var messages: [BusMessage] { heard.withLock { $0 } }

    func messages(_ prefix: String) -> [BusMessage] {
        messages.filter { $0.subject.hasPrefix(prefix) }
    }

    func forget() { heard.withLock { $0 = [] } }

    @discardableResult
    func add(_ participant: any Participant) throws -> ParticipantHost {
        let host = try ParticipantHost(participant, bus: bus)
        hosts.append(host)
        return host
    }

    func publish(_ message: OutgoingMessage) { bus.publish(message) { _ in } }

    func run(seconds: Int64) { run(microseconds: seconds * 1_000_000) }

    func run(microseconds: Int64) {
        let end = now + microseconds
        while true {
            settle()
            let wakes = hosts.compactMap(\.nextWake) + (bus.nextWake.map { [$0] } ?? [])
            let next = max(now, wakes.min() ?? end)
            if next > end { break }
            now = next == now ? min(end, now + 1) : next
            if now == end, wakes.min() ?? .max > end { break }
        }
        now = end
        settle()
    }

    /// Delivers and runs until nothing more is due at this moment.
    private func settle() {
        for _ in 0..<1_000 {
            bus.advance(to: now)
            var ran = false
            for host in hosts {
                guard let wake = host.nextWake, wake <= now else { continue }
                host.run(at: now)
                ran = true
            }
            if !ran { return }
        }
        preconditionFailure("Invariant: a moment comes to an end")
    }
}

/// The engine's rules on the bus, without its threads and its journal: what it reads, decides and
/// sends, and nothing else.
struct Brain: Participant {
    let policy = Policy()
    private(set) var state = State()
    private(set) var discrepancies: [Discrepancy] = []
    private(set) var lowest: Int64 = 10_000
    private(set) var denials: [String: Int] = [:]
    private(set) var approvals = 0
    private(set) var malformed: [String] = []
    var epoch: UInt64 = 1
    private let messages: Messages
    private var next: Int64
    private var reached = false

    init(key: SigningKey, start: Timestamp, cash: Int64 = 100_000 * Decimal8.one) {
        messages = Messages(key: key, venue: "paper", account: "main")
        next = start.microseconds
        var started = Started()
        (started.armed, started.cash, started.desk, started.haltEpoch) = (true, cash, "t", 1)
        _ = step(.started(started), start)
    }

    var subscriptions: [ParticipantSubscription] {
        [
            .core("titan.data.market.ticker.v1.>"),
            .durable(
                ConsumerSpecification(
                    stream: "TITAN_EVT", durable: "E", filter: "titan.evt.execution.>")),
            .durable(
                ConsumerSpecification(
                    stream: "TITAN_SIGNAL", durable: "S", filter: "titan.signal.submit.v1")),
        ]
    }

    var nextWake: Int64? { next }
    var truth: Int64 { state.truth.score }

    mutating func wake(at time: Timestamp) -> ParticipantOutput {
        next = time.microseconds + 500_000
        return step(.tick, time)
    }

    mutating func receive(_ message: BusMessage, at time: Timestamp) -> ParticipantOutput {
        var output = ParticipantOutput()
        do {
            if let input = try read(message) { output = step(input, time) }
        } catch { malformed.append("\(message.subject): \(error)") }
        if let token = message.token { output.acknowledged.append(token) }
        return output
    }

    private func read(_ message: BusMessage) throws -> Input? {
        let payload = message.payload
        if message.subject.hasPrefix("titan.data.") {
            let (symbol, quote) = try Quote.read(payload)
            guard let index = policy.index(of: symbol) else { return nil }
            var input = QuoteInput()
            (input.symbol, input.quote) = (Int64(index), quote)
            return .quote(input)
        }
        if message.subject.hasPrefix("titan.signal.") {
            return .signal(try Signal(message: payload))
        }
        if message.subject.hasPrefix("titan.evt.execution.fill.") {
            return .fill(try Fill(message: payload))
        }
        switch message.subject {
        case "titan.evt.execution.report.v1": return .report(try OrderReport(message: payload))
        case "titan.evt.execution.reject.v1":
            return .report(try OrderReport(reject: payload))
        case "titan.evt.execution.truth.v1":
            return .snapshot(try VenueSnapshot(message: payload))
        default: return nil
        }
    }

    private mutating func step(_ input: Input, _ time: Timestamp) -> ParticipantOutput {
        var output = ParticipantOutput()
        let entry = Entry(time: time, haltEpoch: epoch, input: input)
        let step = state.step(entry, under: policy, hash: policy.hash)
        for case .decision(let decision) in step.records {
            for check in decision.failures.checks { denials["\(check.name)", default: 0] += 1 }
            if decision.failures.checks.isEmpty { approvals += 1 }
        }
        discrepancies += state.truth.incidents + state.truth.standing
        if state.truth.score >= 9_000 { reached = true }
        if reached { lowest = min(lowest, state.truth.score) }
        for effect in step.effects {
            switch effect {
            case .order(let order):
                output.messages.append(messages.place(order))
                let sent = Dispatched(orderId: order.order.id, outcome: .sent)
                let again = self.step(.dispatched(sent), time)
                output.append(again)
            case .stop(let stop): output.messages.append(messages.stop(stop))
            case .open, .publish: break
            }
        }
        return output
    }
}

let deskKey = SigningKey(id: "test", secret: Array("a secret of the tests".utf8))

/// Market, phases, venue and the rules: a whole desk but for threads and disks.
struct WholeDesk {
    let desk: VirtualDesk
    private let brainHost: ParticipantHost
    private let venueHost: ParticipantHost

    init(seed: UInt64 = 7, faults: VenueFaults = VenueFaults(), interval: Int64 = 300_000) throws {
        let start = VirtualDesk.start
        desk = try VirtualDesk()
        let policy = Policy()
        try desk.add(SyntheticMarket(symbols: policy.symbolWhitelist, seed: seed, start: start))
        var configuration = VenueConfiguration(
            symbols: policy.symbolWhitelist, keys: [deskKey], policy: AcceptedPolicy(policy.hash))
        (configuration.seed, configuration.faults) = (seed, faults)
        venueHost = try desk.add(
            PaperVenue(configuration, store: VenueMemory(), start: start))
        var options = Phase.Options(symbols: policy.symbolWhitelist, start: start)
        (options.seed, options.interval) = (seed, interval)
        for phase in Phase.desk(options) { try desk.add(phase) }
        brainHost = try desk.add(Brain(key: deskKey, start: start))
    }

    var brain: Brain { brainHost.participant as! Brain }
    var venue: PaperVenue { venueHost.participant as! PaperVenue }

    /// From now on the venue does nothing wrong.
    func stopFaults() {
        var venue = venue
        venue.faults = PaperFaults(
            VenueFaults(), random: SplitMix(seed: 0), start: VirtualDesk.start)
        venueHost.participant = venue
    }
}
