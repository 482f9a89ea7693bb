import Domain
import Platform

/// Turns the bus's messages into inputs of the writer.
///
/// A message is acknowledged only after the record of it is durable. One that does not read is
/// counted, logged and taken off the stream: it would not read the next time either.
final class Intake: Sendable {
    /// What has come in. Read by the metrics.
    struct Counts: Hashable, Sendable {
        var malformed: UInt64 = 0
        var refused: UInt64 = 0
    }

    private let bus: any Bus
    private let inbox: Inbox
    private let policy: Policy
    private let log: @Sendable (String) -> Void
    private let state = Guarded(Counts())

    init(bus: any Bus, inbox: Inbox, policy: Policy, log: @escaping @Sendable (String) -> Void) {
        (self.bus, self.inbox, self.policy, self.log) = (bus, inbox, policy, log)
    }

    var counts: Counts { state.withLock { $0 } }

    func start() throws(BusError) {
        try bus.subscribe("titan.data.market.ticker.v1.>") { [self] in take($0, Self.quote(policy))
        }
        let execution = ConsumerSpecification(
            stream: "TITAN_EVT", durable: "TITAN_ENGINE_EXECUTION", filter: "titan.evt.execution.>")
        try bus.consume(execution) { [self] in take($0, Self.execution) }
        let signals = ConsumerSpecification(
            stream: "TITAN_SIGNAL", durable: "TITAN_ENGINE_SIGNAL", filter: "titan.signal.submit.v1"
        )
        try bus.consume(signals) { [self] in take($0, Self.signal) }
    }

    private typealias Reader = @Sendable (BusMessage) throws(MalformedMessage) -> Input?

    private func take(_ message: BusMessage, _ read: Reader) {
        do {
            guard let input = try read(message) else {
                if let token = message.token { bus.acknowledge(token) }
                return
            }
            put(Item(input: input, token: message.token, isRedelivery: message.deliveries > 1))
        } catch {
            state.withLock { $0.malformed += 1 }
            log("\(message.subject): \(error)")
            if let token = message.token { bus.terminate(token) }
        }
    }

    /// What does not go in comes again, if it came by a stream. At the end nothing is sent back: it
    /// would use up the deliveries that the next process needs.
    private func put(_ item: Item) {
        let outcome = inbox.put(item)
        if outcome != .full { return }
        state.withLock { $0.refused += 1 }
        if let token = item.token {
            bus.negativeAcknowledge(token, delayMicroseconds: Limits.Engine.busyPauseMicroseconds)
        }
    }

    private static func quote(_ policy: Policy) -> Reader {
        { message throws(MalformedMessage) in
            let (symbol, quote) = try Quote.read(message.payload)
            guard let index = policy.index(of: symbol) else { return nil }
            var input = QuoteInput()
            (input.symbol, input.quote) = (Int64(index), quote)
            return .quote(input)
        }
    }

    /// Bytes of a W3C trace context that is worth keeping. Source: W3C Trace Context, 3.2.
    private static let traceBytesMaximum = 64

    @Sendable private static func signal(
        _ message: BusMessage
    ) throws(MalformedMessage) -> Input? {
        var signal = try Signal(message: message.payload)
        if let parent = message.header("traceparent"), parent.utf8.count <= traceBytesMaximum {
            signal.traceparent = parent
        }
        return .signal(signal)
    }

    @Sendable private static func execution(
        _ message: BusMessage
    ) throws(MalformedMessage) -> Input? {
        let kind = message.subject.dropFirst("titan.evt.execution.".count)
        if kind.hasPrefix("fill.v1") { return .fill(try Fill(message: message.payload)) }
        switch kind {
        case "report.v1": return .report(try OrderReport(message: message.payload))
        case "reject.v1": return .report(try OrderReport(reject: message.payload))
        case "truth.v1": return .snapshot(try VenueSnapshot(message: message.payload))
        default: return nil
        }
    }
}
