import Engine
import Platform
import Testing

/// Which implementation a contract is checked against.
enum BusKind: String, CaseIterable, CustomTestStringConvertible {
    case embeddedVirtual, embeddedWall, nats

    var testDescription: String { rawValue }
}

/// One bus under test, with what it delivered.
///
/// Waiting is waiting for an event: a bell in wall time, an advance in virtual time.
final class BusRig: Sendable {
    let bus: any Bus
    let server: NATSServer?
    private let virtual: EmbeddedBus?
    private let time = Guarded<Int64>(1_700_000_000_000_000)
    private let heard = Guarded<[BusMessage]>([])
    private let outcomes = Guarded<[PublishOutcome]>([])
    private let bell: Bell

    /// `nil`, and said aloud, when the implementation cannot be tried here.
    init?(_ kind: BusKind, streams: [StreamSpecification] = StreamSpecification.all) throws {
        bell = try Bell()
        switch kind {
        case .embeddedVirtual:
            virtual = try EmbeddedBus(
                core: BusCore(streams: streams), virtualTime: time.withLock { $0 })
            bus = virtual!
            server = nil
        case .embeddedWall:
            virtual = nil
            bus = try EmbeddedBus(core: BusCore(streams: streams))
            server = nil
        case .nats:
            guard let started = try NATSServer.startOrSay() else { return nil }
            virtual = nil
            server = started
            bus = try NATSBus(url: started.url, streams: streams)
        }
    }

    deinit {
        bus.close()
        server?.stop()
    }

    var messages: [BusMessage] { heard.withLock { $0 } }

    func subscribe(_ filter: String) throws {
        try bus.subscribe(filter) { [heard, bell] message in
            heard.withLock { $0.append(message) }
            bell.ring()
        }
    }

    func consume(_ specification: ConsumerSpecification) throws {
        try bus.consume(specification) { [heard, bell] message in
            heard.withLock { $0.append(message) }
            bell.ring()
        }
    }

    /// Publishes and waits for the outcome.
    func publish(_ message: OutgoingMessage) throws -> PublishOutcome {
        outcomes.withLock { $0 = [] }
        bus.publish(message) { [outcomes, bell] outcome in
            outcomes.withLock { $0.append(outcome) }
            bell.ring()
        }
        try #require(wait(seconds: 5) { !self.outcomes.withLock { $0.isEmpty } })
        return outcomes.withLock { $0[0] }
    }

    @discardableResult
    func publish(
        _ subject: String, _ text: String = "{}", id: String? = nil
    ) throws -> PublishOutcome {
        try publish(OutgoingMessage(subject: subject, payload: Array(text.utf8), messageID: id))
    }

    /// Waits until so many messages have been heard, and returns them.
    func hear(_ count: Int) throws -> [BusMessage] {
        let came = wait(seconds: 5) { self.messages.count >= count }
        try #require(came, "heard \(messages.count) of \(count)")
        return messages
    }

    /// Lets time pass, then says how many messages have been heard in all.
    func countAfter(milliseconds: Int64) -> Int {
        _ = wait(microseconds: milliseconds * 1_000) { false }
        return messages.count
    }

    func wait(seconds: Int64, until isDone: () -> Bool) -> Bool {
        wait(microseconds: seconds * 1_000_000, until: isDone)
    }

    func wait(microseconds: Int64, until isDone: () -> Bool) -> Bool {
        virtual == nil ? sit(microseconds, isDone) : advance(microseconds, isDone)
    }

    private func sit(_ microseconds: Int64, _ isDone: () -> Bool) -> Bool {
        let end = Machine.bootMicroseconds + microseconds
        while !isDone() {
            let left = end - Machine.bootMicroseconds
            if left <= 0 { return false }
            bell.wait(milliseconds: CInt((left + 999) / 1_000))
        }
        return true
    }

    private func advance(_ microseconds: Int64, _ isDone: () -> Bool) -> Bool {
        let end = time.withLock { $0 } + microseconds
        while true {
            let now = time.withLock { $0 }
            virtual!.advance(to: now)
            if isDone() { return true }
            if now == end { return false }
            let next = min(end, max(now, virtual!.nextWake ?? end))
            time.withLock { $0 = next == now ? end : next }
        }
    }
}

/// What a test's consumer asks for, with a wait short enough for wall time.
func consumer(
    _ stream: String, _ filter: String, durable: String = "TEST", waitMilliseconds: Int64 = 300,
    deliveriesMaximum: Int = 5, pendingMaximum: Int = 100
) -> ConsumerSpecification {
    ConsumerSpecification(
        stream: stream, durable: durable, filter: filter,
        acknowledgeWaitMicroseconds: waitMilliseconds * 1_000,
        deliveriesMaximum: deliveriesMaximum, pendingMaximum: pendingMaximum)
}
