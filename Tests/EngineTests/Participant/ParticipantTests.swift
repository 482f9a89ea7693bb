import Domain
import Platform
import Testing

@testable import Engine

@Suite struct `A participant's thread` {
    /// Answers each order with what the venue would, until told to stop.
    @Test(arguments: [BusKind.embeddedWall, .nats])
    func `runs a venue in wall time over a bus`(kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        try rig.subscribe("titan.evt.execution.>")
        let time: @Sendable () -> Timestamp = {
            Timestamp(microseconds: Machine.wallMicroseconds)
        }
        let helper = try VenueRig()
        let configuration = VenueConfiguration(
            symbols: helper.policy.symbolWhitelist, keys: [helper.key],
            policy: AcceptedPolicy(helper.policy.hash))
        let venue = try PaperVenue(configuration, store: VenueMemory(), start: time())
        let thread = try ParticipantThread(
            [venue], name: "venue", bus: rig.bus, life: ParticipantThread.Life(time: time))
        defer { thread.close() }
        #expect(try rig.hear(1)[0].subject == "titan.evt.execution.truth.v1")
        let order = helper.envelope(helper.order("a"), at: time())
        _ = try rig.publish(
            "titan.cmd.execution.place.v1.paper.main.BTC_USDT",
            String(decoding: order, as: UTF8.self), id: "a")
        let accepted = rig.wait(seconds: 5) {
            rig.messages.contains { $0.subject == "titan.evt.execution.report.v1" }
        }
        #expect(accepted)
        #expect(thread.failed == [])
    }

    @Test func `sleeps in real time what lasts in its own`() {
        var life = ParticipantThread.Life { Timestamp(microseconds: 1_000_000) }
        #expect(ParticipantThread.milliseconds(until: 1_500_000, life) == 501)
        life.speed = 100
        #expect(ParticipantThread.milliseconds(until: 1_500_000, life) == 6)
        #expect(ParticipantThread.milliseconds(until: 1_000_000, life) == 0)
        #expect(ParticipantThread.milliseconds(until: .min, life) == 0)
        #expect(ParticipantThread.milliseconds(until: .max, life) == 1_000)
    }
}

@Suite struct `A participant's host` {
    /// Counts what comes; publishes one message a wake.
    private struct Probe: Participant {
        var received: [String] = []
        var woken: [Int64] = []
        var next: Int64? = 100

        var subscriptions: [ParticipantSubscription] { [.core("in.>")] }
        var nextWake: Int64? { next }

        mutating func receive(_ message: BusMessage, at time: Timestamp) -> ParticipantOutput {
            received.append("\(message.subject) \(time.microseconds)")
            return ParticipantOutput()
        }

        mutating func wake(at time: Timestamp) -> ParticipantOutput {
            woken.append(time.microseconds)
            next = woken.count < 3 ? time.microseconds + 100 : nil
            var output = ParticipantOutput()
            output.messages = [OutgoingMessage(subject: "out.x", payload: [])]
            return output
        }
    }

    @Test func `queues what arrives and acts only when it is run`() throws {
        let bus = try EmbeddedBus(core: BusCore(), virtualTime: 0)
        let host = try ParticipantHost(Probe(), bus: bus)
        bus.publish(OutgoingMessage(subject: "in.a", payload: [])) { _ in }
        bus.advance(to: 10)
        #expect((host.participant as! Probe).received == [])
        #expect(host.nextWake! <= 10)
        host.run(at: 10)
        #expect((host.participant as! Probe).received == ["in.a 10"])
        #expect(host.nextWake == 100)
        host.run(at: 99)
        #expect((host.participant as! Probe).woken == [])
        for _ in 0..<5 { if let wake = host.nextWake { host.run(at: wake) } }
        #expect((host.participant as! Probe).woken == [100, 200, 300])
        #expect(host.nextWake == nil)
    }

    @Test func `drops core messages beyond what it may hold, and counts them`() throws {
        let bus = try EmbeddedBus(core: BusCore(), virtualTime: 0)
        let host = try ParticipantHost(Probe(), bus: bus)
        for round in 0..<4 {
            for _ in 0..<Limits.Desk.inboxMaximum / 2 {
                bus.publish(OutgoingMessage(subject: "in.a", payload: [])) { _ in }
            }
            bus.advance(to: Int64(round))
        }
        #expect(host.dropped == UInt64(Limits.Desk.inboxMaximum))
    }
}
