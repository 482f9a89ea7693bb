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
        rig.release(
            [.order(DispatchRig.order("old")), .order(DispatchRig.order("new", epoch: epoch))],
            stops: [])
        try rig.wait("reports") { rig.inputs.count == 2 }
        #expect((rig.outcomes(.withheld), rig.outcomes(.sent)) == (["old"], ["new"]))
        #expect(rig.dispatcher.handedOver == ["new"])
        rig.close()
        #expect(try rig.lines() == ["place new"])
    }

    @Test func `holds back an order whose cancel stands in the same block`() throws {
        let rig = try DispatchRig()
        try rig.consume()
        rig.release(
            [.order(DispatchRig.order("a")), .order(DispatchRig.order("b"))],
            stops: [DispatchRig.cancel("a")])
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
        rig.release([.order(DispatchRig.order("a"))])
        try rig.wait("report") { rig.outcomes(.withheld) == ["a"] }
        rig.release([], stops: [ticket])
        // The name is free again: it cannot come twice, but nothing is remembered for ever.
        rig.release([.order(DispatchRig.order("a"))])
        try rig.wait("report") { rig.outcomes(.sent) == ["a"] }
        rig.close()
    }

    @Test func `lets a stop leave once, with its record or 50 ms later without`() throws {
        let rig = try DispatchRig()
        try rig.consume()
        let (early, late) = (DispatchRig.cancel("early"), DispatchRig.cancel("late"))
        let start = Machine.bootMicroseconds
        rig.dispatcher.expect([early, late])
        rig.release([], stops: [early])
        try rig.wait("both") { rig.messages.count == 2 }
        #expect(Machine.bootMicroseconds - start >= Limits.Engine.stopWaitMicroseconds)
        rig.release([], stops: [late])
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
            for ticket in tickets { rig.release([], stops: [ticket]) }
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
        rig.release([], stops: [DispatchRig.cancel("a")])
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
        rig.release([], stops: [StopTicket(.haltState(DispatchRig.halt(first)))])
        rig.release([.open(DispatchRig.halt(first, halted: false))])
        try rig.wait("open") { rig.messages.count == 2 }
        #expect(rig.word.raise().epoch == second)
        rig.release(
            [.open(DispatchRig.halt(first, halted: false))],
            stops: [StopTicket(.haltState(DispatchRig.halt(second)))])
        try rig.wait("idle") { rig.dispatcher.isIdle && rig.messages.count == 3 }
        rig.close()
        #expect(try rig.lines() == ["HARD_HALT 2", "OPEN 2", "HARD_HALT 3"])
    }

    @Test func `holds back an order whose record was durable too late, and says so`() throws {
        let rig = try DispatchRig()
        try rig.consume()
        let now = Machine.bootMicroseconds
        rig.dispatcher.release([.order(DispatchRig.order("late"))], until: now - 1, stops: [], [])
        rig.dispatcher.release(
            [.order(DispatchRig.order("timely"))], until: now + 10_000_000,
            stops: [DispatchRig.cancel("other")], [])
        try rig.wait("reports") { rig.inputs.count == 2 }
        rig.close()
        #expect((rig.outcomes(.expired), rig.outcomes(.sent)) == (["late"], ["timely"]))
        #expect(try rig.lines() == ["cancel other", "place timely"])
    }
}
