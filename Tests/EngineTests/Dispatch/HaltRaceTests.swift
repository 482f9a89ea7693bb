import Domain
import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Engine

/// After each raise whose gate was seen closed a mark goes where orders go. Behind it there must be
/// no order of an older epoch.
@Suite(.serialized) struct `No order leaves once a halt has seen the gate closed` {
    @Test func `on the embedded bus, 10,000 times`() throws {
        let race = try HaltRace(embedded: EmbeddedBus(core: BusCore()))
        try race.run(halts: 10_000)
    }

    /// The mark is written to the very socket on which orders leave.
    @Test func `over NATS, 10,000 times`() throws {
        guard let server = try NATSServer.startOrSay() else { return }
        defer { server.stop() }
        let race = try HaltRace(
            publisher: NATSBus(url: server.url), venue: NATSBus(url: server.url))
        try race.run(halts: 10_000)
    }

    /// As it was before permits: the message waited in the client while the gate was closed.
    @Test func `over NATS, while the bus's thread is busy`() throws {
        guard let server = try NATSServer.startOrSay() else { return }
        defer { server.stop() }
        let bus = try NATSBus(url: server.url)
        let rig = try DispatchRig(bus: bus)
        defer { rig.close() }
        let (busy, goOn) = (try Bell(), try Bell())
        try bus.subscribe("titan.evt.test") { _ in
            busy.ring()
            goOn.wait(milliseconds: 5_000)
        }
        bus.publish(OutgoingMessage(subject: "titan.evt.test", payload: [])) { _ in }
        busy.wait(milliseconds: 5_000)
        rig.release([.order(DispatchRig.order("queued"))])
        usleep(50_000)
        #expect(rig.word.raise().closed)
        goOn.ring()
        try rig.wait("report") { rig.inputs.count == 1 }
        #expect(rig.outcomes(.withheld) == ["queued"])
        #expect(rig.dispatcher.handedOver.isEmpty)
    }
}

/// Releases orders under the epoch that was current, and watches what reaches the venue.
private final class HaltRace: Sendable {
    private struct Seen {
        var closed: UInt64 = 0
        var violations = 0
        var orders = 0
    }

    private static let subjects = "titan.cmd.execution.place.v1.>"

    private let rig: DispatchRig
    private let venue: (any Bus)?
    private let mark: @Sendable (OutgoingMessage) -> Void
    private let seen = Guarded(Seen())
    private let isDone = Atomic<Bool>(false)
    private let count = Atomic<Int>(0)

    init(embedded bus: EmbeddedBus) throws {
        rig = try DispatchRig(bus: bus)
        venue = nil
        mark = { bus.publish($0) { _ in } }
        let all = ConsumerSpecification(
            stream: "TITAN_CMD", durable: "RACE", filter: Self.subjects, pendingMaximum: 60_000)
        try bus.consume(all) { [seen] message in
            if let token = message.token { bus.acknowledge(token) }
            Self.note(message, seen)
        }
    }

    init(publisher: NATSBus, venue: NATSBus) throws {
        rig = try DispatchRig(bus: publisher)
        self.venue = venue
        mark = { message in _ = publisher.link.withLock { $0.session?.send(message) } }
        try venue.subscribe(Self.subjects) { [seen] in Self.note($0, seen) }
    }

    func run(halts: Int) throws {
        let feeder = try Thread(name: "feeder") { [self] in feed() }
        var random = Seeded(seed: 3)
        for _ in 0..<halts {
            let (epoch, closed) = rig.word.raise()
            if closed { mark(Self.mark(epoch)) }
            usleep(UInt32.random(in: 0...600, using: &random))
        }
        isDone.store(true, ordering: .sequentiallyConsistent)
        feeder.join()
        let released = count.load(ordering: .sequentiallyConsistent)
        try rig.wait("idle") { rig.dispatcher.isIdle }
        try rig.wait("reports") { rig.reported == released }
        let (sent, withheld) = (rig.outcomes(.sent).count, rig.outcomes(.withheld).count)
        try rig.wait("orders at the venue") { seen.withLock { $0.orders } >= sent }
        rig.close()
        venue?.close()
        #expect(seen.withLock { $0.violations } == 0)
        #expect(sent > 100 && withheld > 100, "a race needs both: \(sent), \(withheld)")
        #expect(sent + withheld == released)
        #expect(seen.withLock { $0.orders } == sent)
    }

    private func feed() {
        while !isDone.load(ordering: .sequentiallyConsistent) {
            let number = count.add(1, ordering: .sequentiallyConsistent).newValue
            let epoch = rig.word.current
            rig.release([.order(DispatchRig.order("o\(number)", epoch: epoch, trace: "\(epoch)"))])
            // One leaves while the next waits: a longer queue would be older than the halts between,
            // and nearly nothing would be sent.
            while number - rig.reported > 1 { sched_yield() }
        }
    }

    private static func mark(_ epoch: UInt64) -> OutgoingMessage {
        OutgoingMessage(
            subject: "titan.cmd.execution.place.v1.mark", payload: Array("\(epoch)".utf8),
            isConfirmed: false)
    }

    private static func note(_ message: BusMessage, _ seen: Guarded<Seen>) {
        let isMark = message.subject.hasSuffix("mark")
        let epoch = epoch(message, isMark)
        seen.withLock { seen in
            if isMark {
                seen.closed = max(seen.closed, epoch)
            } else {
                seen.orders += 1
                if epoch < seen.closed { seen.violations += 1 }
            }
        }
    }

    /// The trace of these orders is their epoch.
    private static func epoch(_ message: BusMessage, _ isMark: Bool) -> UInt64 {
        if isMark { return UInt64(String(decoding: message.payload, as: UTF8.self)) ?? 0 }
        let parts = message.header("traceparent")?.split(separator: "-") ?? []
        return parts.count > 1 ? UInt64(parts[1]) ?? 0 : 0
    }
}
