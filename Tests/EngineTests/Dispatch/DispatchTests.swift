import Domain
import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite(.serialized) struct `The dispatcher` {
    @Test func `withholds what was recorded under an older epoch, and reports it`() throws {
        let rig = try DispatchRig()
        try rig.consume()
        let epoch = rig.word.raise().epoch
        rig.dispatcher.release(
            [.order(DispatchRig.order("old")), .order(DispatchRig.order("new", epoch: epoch))],
            stops: [], [])
        try rig.wait("reports") { rig.inputs.count == 2 }
        #expect((rig.outcomes(.withheld), rig.outcomes(.sent)) == (["old"], ["new"]))
        #expect(rig.dispatcher.handedOver == ["new"])
        rig.close()
        #expect(try rig.lines() == ["place new"])
    }

    @Test func `holds back an order whose cancel stands in the same block`() throws {
        let rig = try DispatchRig()
        try rig.consume()
        rig.dispatcher.release(
            [.order(DispatchRig.order("a")), .order(DispatchRig.order("b"))],
            stops: [DispatchRig.cancel("a")], [])
        try rig.wait("reports") { rig.inputs.count == 2 }
        try rig.wait("messages") { rig.messages.count == 2 }
        #expect(rig.outcomes(.withheld) == ["a"])
        rig.close()
        #expect(try rig.lines() == ["cancel a", "place b"])
    }

    @Test func `holds back an order whose cancel left before its record`() throws {
        let rig = try DispatchRig()
        try rig.consume()
        let ticket = DispatchRig.cancel("a")
        rig.dispatcher.expect([ticket])
        try rig.wait("cancel") { rig.messages.count == 1 }
        rig.dispatcher.release([.order(DispatchRig.order("a"))], stops: [], [])
        try rig.wait("report") { rig.outcomes(.withheld) == ["a"] }
        rig.dispatcher.release([], stops: [ticket], [])
        // The name is free again: it cannot come twice, but nothing is remembered for ever.
        rig.dispatcher.release([.order(DispatchRig.order("a"))], stops: [], [])
        try rig.wait("report") { rig.outcomes(.sent) == ["a"] }
        rig.close()
    }

    @Test func `lets a stop leave once, with its record or 50 ms later without`() throws {
        let rig = try DispatchRig()
        try rig.consume()
        let (early, late) = (DispatchRig.cancel("early"), DispatchRig.cancel("late"))
        let start = Machine.bootMicroseconds
        rig.dispatcher.expect([early, late])
        rig.dispatcher.release([], stops: [early], [])
        try rig.wait("both") { rig.messages.count == 2 }
        #expect(Machine.bootMicroseconds - start >= Limits.Engine.stopWaitMicroseconds)
        rig.dispatcher.release([], stops: [late], [])
        try rig.wait("report") { !rig.inputs.isEmpty }
        rig.close()
        #expect(try rig.lines() == ["cancel early", "cancel late"])
        var left = StoppedBeforeDurable()
        left.orderIds = ["late"]
        #expect(rig.inputs == [.stoppedBeforeDurable(left)])
    }

    /// Records become durable just when the stops have waited long enough.
    @Test func `lets every one of many stops leave exactly once in that race`() throws {
        let rig = try DispatchRig()
        try rig.consume()
        for round in 0..<5 {
            let tickets = (0..<200).map { DispatchRig.cancel("c\(round)-\($0)") }
            rig.dispatcher.expect(tickets)
            usleep(UInt32(Limits.Engine.stopWaitMicroseconds) - 2000 + UInt32(round) * 1000)
            for ticket in tickets { rig.dispatcher.release([], stops: [ticket], []) }
        }
        try rig.wait("all") { rig.messages.count >= 1000 }
        rig.close()
        #expect(Set(try rig.lines()).count == 1000)
        #expect(rig.messages.count == 1000)
    }

    @Test func `lets a stop leave again until the bus has taken it`() throws {
        let rig = try DispatchRig(messagesMaximum: 4)
        for index in 0..<4 {
            rig.bus.publish(
                OutgoingMessage(subject: "titan.cmd.other.v1", payload: [UInt8(index)])
            ) { _ in }
        }
        rig.dispatcher.release([], stops: [DispatchRig.cancel("a")], [])
        try rig.wait("two refusals") { rig.dispatcher.troubles.stopsFailed >= 2 }
        let cancels = Guarded(0)
        try rig.bus.consume(
            ConsumerSpecification(stream: "TITAN_CMD", durable: "T", filter: "titan.cmd.>")
        ) { [bus = rig.bus] message in
            if message.subject.contains("cancel") { cancels.withLock { $0 += 1 } }
            if let token = message.token { bus.acknowledge(token) }
        }
        try rig.wait("the cancel") { cancels.withLock { $0 } == 1 }
        try rig.wait("rest") { rig.dispatcher.isIdle }
        rig.close()
        #expect(cancels.withLock { $0 } == 1)
    }

    @Test func `says that the desk is open only while no newer halt was raised`() throws {
        let rig = try DispatchRig()
        try rig.consume()
        let (first, second) = (rig.word.raise().epoch, rig.word.current + 1)
        rig.dispatcher.release([], stops: [StopTicket(.haltState(DispatchRig.halt(first)))], [])
        rig.dispatcher.release([.open(DispatchRig.halt(first, halted: false))], stops: [], [])
        try rig.wait("open") { rig.messages.count == 2 }
        #expect(rig.word.raise().epoch == second)
        rig.dispatcher.release(
            [.open(DispatchRig.halt(first, halted: false))],
            stops: [StopTicket(.haltState(DispatchRig.halt(second)))], [])
        try rig.wait("idle") { rig.dispatcher.isIdle && rig.messages.count == 3 }
        rig.close()
        #expect(try rig.lines() == ["HARD_HALT 2", "OPEN 2", "HARD_HALT 3"])
    }

    /// After each raise whose gate was seen closed a mark is published. Behind it, the bus must hold
    /// no order of an older epoch.
    @Test func `hands no order over once a halt has seen the gate closed, 10,000 times`() throws {
        let rig = try DispatchRig()
        let race = try Race(rig)
        let feeder = try Thread(name: "feeder") { race.feed() }
        var random = Seeded(seed: 3)
        for _ in 0..<10_000 {
            let (epoch, closed) = rig.word.raise()
            if closed { race.mark(epoch) }
            usleep(UInt32.random(in: 0...600, using: &random))
        }
        race.end()
        feeder.join()
        try rig.wait("idle") { rig.dispatcher.isIdle }
        try rig.wait("reports") { rig.reported == race.released }
        rig.close()
        let (sent, withheld) = (rig.outcomes(.sent).count, rig.outcomes(.withheld).count)
        #expect(race.violations == 0)
        #expect(sent > 100 && withheld > 100, "a race needs both: \(sent), \(withheld)")
        #expect(sent + withheld == race.released)
    }
}

/// Releases orders under the epoch that was current, and watches what the bus holds.
private final class Race: Sendable {
    private struct Seen {
        var closed: UInt64 = 0
        var violations = 0
        var marks = 0
    }

    private let rig: DispatchRig
    private let seen = Guarded(Seen())
    private let isDone = Atomic<Bool>(false)
    private let count = Atomic<Int>(0)

    init(_ rig: DispatchRig) throws {
        self.rig = rig
        let all = ConsumerSpecification(
            stream: "TITAN_CMD", durable: "RACE", filter: "titan.cmd.execution.place.v1.>",
            pendingMaximum: 60_000)
        try rig.bus.consume(all) { [seen, bus = rig.bus] message in
            if let token = message.token { bus.acknowledge(token) }
            let isMark = message.subject.hasSuffix("mark")
            let epoch = Self.epoch(message, isMark)
            seen.withLock { seen in
                if isMark {
                    seen.closed = max(seen.closed, epoch)
                } else if epoch < seen.closed {
                    seen.violations += 1
                }
            }
        }
    }

    var violations: Int { seen.withLock { $0.violations } }
    var released: Int { count.load(ordering: .sequentiallyConsistent) }

    func mark(_ epoch: UInt64) {
        let payload = Array(String(epoch).utf8)
        rig.bus.publish(
            OutgoingMessage(subject: "titan.cmd.execution.place.v1.mark", payload: payload)
        ) { _ in }
    }

    func feed() {
        while !isDone.load(ordering: .sequentiallyConsistent) {
            let number = count.add(1, ordering: .sequentiallyConsistent).newValue
            let epoch = rig.word.current
            let order = DispatchRig.order("o\(number)", epoch: epoch, trace: String(epoch))
            rig.dispatcher.release([.order(order)], stops: [], [])
            // One leaves while the next waits: a longer queue would be older than the halts between,
            // and nearly nothing would be sent.
            while number - rig.reported > 1 { sched_yield() }
        }
    }

    func end() { isDone.store(true, ordering: .sequentiallyConsistent) }

    /// The trace of these orders is their epoch.
    private static func epoch(_ message: BusMessage, _ isMark: Bool) -> UInt64 {
        if isMark { return UInt64(String(decoding: message.payload, as: UTF8.self)) ?? 0 }
        let parts = message.header("traceparent")?.split(separator: "-") ?? []
        return parts.count > 1 ? UInt64(parts[1]) ?? 0 : 0
    }
}
