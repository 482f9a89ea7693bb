import Domain
import Engine
import Testing

/// What every bus promises. Run against the embedded one, in both kinds of time, and NATS.
@Suite(.serialized) struct `A bus` {
    private let fills = "titan.evt.execution.fill.v1.paper.main.BTC_USDT"

    @Test(arguments: BusKind.allCases)
    func `delivers what a stream stored, in order, to who comes later`(_ kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        for number in 1...100 {
            let outcome = try rig.publish(fills, "\(number)")
            #expect(outcome == .stored(sequence: UInt64(number), duplicate: false))
        }
        try rig.consume(consumer("TITAN_EVT", "titan.evt.execution.>"))
        let messages = try rig.hear(100)
        #expect(messages.map(\.sequence) == Array(1...100))
        #expect(
            messages.map { String(decoding: $0.payload, as: UTF8.self) }
                == (1...100).map(String.init))
        #expect(
            messages.allSatisfy { $0.deliveries == 1 && $0.token != nil && $0.subject == fills })
    }

    @Test(arguments: BusKind.allCases)
    func `delivers again what is not acknowledged in time`(_ kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        try rig.consume(consumer("TITAN_EVT", "titan.evt.>"))
        try rig.publish(fills, "one")
        try rig.publish(fills, "two")
        let first = try rig.hear(2)
        rig.bus.acknowledge(try #require(first[0].token))
        let all = try rig.hear(3)
        #expect(all[2].payload == Array("two".utf8))
        #expect(all[2].deliveries == 2)
        rig.bus.acknowledge(try #require(all[2].token))
        #expect(rig.countAfter(milliseconds: 700) == 3)
        #expect(rig.bus.health.redelivered == 1)
    }

    @Test(arguments: BusKind.allCases)
    func `gives up after the last delivery and says so`(_ kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        try rig.subscribe("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>")
        try rig.consume(consumer("TITAN_EVT", "titan.evt.>", deliveriesMaximum: 2))
        try rig.publish(fills, "poison")
        let heard = try rig.hear(3)
        #expect(heard.map(\.deliveries) == [1, 2, 0])
        #expect(heard[2].subject == "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.TITAN_EVT.TEST")
        let advisory = try JSON.parse(heard[2].payload)
        #expect(advisory["type"]?.text == "io.nats.jetstream.advisory.v1.max_deliver")
        #expect(advisory["stream"]?.text == "TITAN_EVT")
        #expect(advisory["consumer"]?.text == "TEST")
        #expect(advisory["stream_seq"]?.integer == 1)
        #expect(advisory["deliveries"]?.integer == 2)
        #expect(rig.countAfter(milliseconds: 700) == 3)
    }

    @Test(arguments: BusKind.allCases)
    func `stores one message id once per window`(_ kind: BusKind) throws {
        let stream = StreamSpecification(
            name: "TITAN_CMD", subjects: ["titan.cmd.>"], retention: .workqueue,
            ageMaximumSeconds: 600, duplicateWindowSeconds: 1)
        guard let rig = try BusRig(kind, streams: [stream]) else { return }
        try rig.consume(consumer("TITAN_CMD", "titan.cmd.>", waitMilliseconds: 60_000))
        let subject = "titan.cmd.execution.place.v1.paper.main.BTC_USDT"
        #expect(try rig.publish(subject, id: "ord-1") == .stored(sequence: 1, duplicate: false))
        #expect(try rig.publish(subject, id: "ord-1") == .stored(sequence: 1, duplicate: true))
        #expect(try rig.publish(subject, id: "ord-2") == .stored(sequence: 2, duplicate: false))
        #expect(try rig.hear(2).map { $0.header("Nats-Msg-Id") } == ["ord-1", "ord-2"])
        // An acknowledged message has left the queue; its id is remembered all the same.
        rig.bus.acknowledge(try #require(rig.messages[0].token))
        #expect(try rig.publish(subject, id: "ord-1") == .stored(sequence: 1, duplicate: true))
        #expect(rig.countAfter(milliseconds: 1_300) == 2)
        #expect(try rig.publish(subject, id: "ord-1") == .stored(sequence: 3, duplicate: false))
        #expect(try rig.hear(3)[2].sequence == 3)
    }

    @Test(arguments: BusKind.allCases)
    func `gives each command of a work queue to one consumer`(_ kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        try rig.consume(consumer("TITAN_CMD", "titan.cmd.execution.>", durable: "EXECUTION_CORE"))
        for filter in ["titan.cmd.>", "titan.cmd.execution.place.v1.>", "titan.cmd.execution.>"] {
            #expect(throws: BusError.consumerOverlaps(durable: "OTHER", stream: "TITAN_CMD")) {
                try rig.consume(consumer("TITAN_CMD", filter, durable: "OTHER"))
            }
        }
        try rig.consume(consumer("TITAN_CMD", "titan.cmd.risk.>", durable: "RISK_ENFORCER"))
        try rig.publish("titan.cmd.execution.place.v1.paper.main.BTC_USDT", "place")
        try rig.publish("titan.cmd.risk.policy.v1", "policy")
        let heard = try rig.hear(2)
        for message in heard { rig.bus.acknowledge(try #require(message.token)) }
        #expect(
            Set(heard.map { String(decoding: $0.payload, as: UTF8.self) }) == ["place", "policy"])
        #expect(rig.countAfter(milliseconds: 700) == 2)
    }

    @Test(arguments: BusKind.allCases)
    func `never delivers again what was terminated`(_ kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        try rig.subscribe("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>")
        try rig.consume(consumer("TITAN_EVT", "titan.evt.>", deliveriesMaximum: 2))
        try rig.publish(fills)
        rig.bus.terminate(try #require(try rig.hear(1)[0].token))
        #expect(rig.countAfter(milliseconds: 900) == 1)
    }

    @Test(arguments: BusKind.allCases)
    func `delivers again when told, not before the delay`(_ kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        try rig.consume(consumer("TITAN_EVT", "titan.evt.>", waitMilliseconds: 30_000))
        try rig.publish(fills)
        rig.bus.negativeAcknowledge(
            try #require(try rig.hear(1)[0].token), delayMicroseconds: 500_000)
        #expect(rig.countAfter(milliseconds: 250) == 1)
        let again = try rig.hear(2)[1]
        #expect(again.deliveries == 2)
        rig.bus.negativeAcknowledge(try #require(again.token), delayMicroseconds: 0)
        #expect(try rig.hear(3)[2].deliveries == 3)
    }

    @Test(arguments: BusKind.allCases)
    func `pauses a consumer that has enough to do`(_ kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        try rig.consume(
            consumer("TITAN_EVT", "titan.evt.>", waitMilliseconds: 30_000, pendingMaximum: 2))
        for _ in 1...5 { try rig.publish(fills) }
        #expect(rig.countAfter(milliseconds: 200) == 2)
        rig.bus.acknowledge(try #require(rig.messages[0].token))
        #expect(try rig.hear(3)[2].sequence == 3)
        #expect(rig.countAfter(milliseconds: 200) == 3)
    }

    @Test(arguments: BusKind.allCases)
    func `tells a core subscriber of what comes, not of what came`(_ kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        let halt = OutgoingMessage(subject: "titan.ops.halt", payload: Array("old".utf8))
        #expect(try rig.publish(halt) == .sent)
        try rig.subscribe("titan.ops.*")
        try rig.publish("titan.ops.halt", "new")
        let heard = try rig.hear(1)
        #expect(heard.map(\.payload) == [Array("new".utf8)])
        #expect(heard[0].token == nil)
        #expect(heard[0].sequence == 0)
        #expect(rig.countAfter(milliseconds: 100) == 1)
    }

    @Test(arguments: BusKind.allCases)
    func `stores what nobody wants confirmed, too`(_ kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        try rig.subscribe("titan.data.>")
        try rig.consume(consumer("TITAN_DATA", "titan.data.market.ticker.v1.paper.*"))
        let ticker = OutgoingMessage(
            subject: "titan.data.market.ticker.v1.paper.BTC_USDT", payload: Array("{}".utf8),
            isConfirmed: false)
        #expect(try rig.publish(ticker) == .sent)
        #expect(Set(try rig.hear(2).map(\.sequence)) == [0, 1])
    }

    @Test(arguments: BusKind.allCases)
    func `keeps wildcards apart`(_ kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        try rig.subscribe("a.*.c")
        try rig.subscribe("b.>")
        for subject in ["a.b.c", "a.b.d", "a.c", "a.b.c.d", "b", "b.c", "b.c.d", "bb.c"] {
            try rig.publish(subject)
        }
        try rig.publish("a.last.c")
        let heard = try rig.hear(4)
        #expect(Set(heard.map(\.subject)) == ["a.b.c", "b.c", "b.c.d", "a.last.c"])
        #expect(rig.countAfter(milliseconds: 50) == 4)
    }

    @Test(arguments: BusKind.allCases)
    func `leaves headers and bytes as they are`(_ kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        let trace = BusHeader(
            name: "traceparent", value: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        let other = BusHeader(name: "X-Titan-Mode", value: "paper")
        let bytes = Array(UInt8.min...UInt8.max)
        try rig.consume(consumer("TITAN_SIGNAL", "titan.signal.submit.v1"))
        try rig.subscribe("titan.signal.>")
        let message = OutgoingMessage(
            subject: "titan.signal.submit.v1", headers: [trace, other], payload: bytes,
            messageID: "scv-1")
        #expect(try rig.publish(message) == .stored(sequence: 1, duplicate: false))
        for heard in try rig.hear(2) {
            #expect(heard.payload == bytes)
            let id = BusHeader(name: "Nats-Msg-Id", value: "scv-1")
            #expect(heard.headers == [id, other, trace])
        }
    }

    @Test(arguments: BusKind.allCases)
    func `refuses what it cannot carry`(_ kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        let large = OutgoingMessage(
            subject: fills, payload: Array(repeating: 0, count: 1_048_577))
        let nowhere = OutgoingMessage(subject: "nobody.stores.this", payload: [], messageID: "1")
        let wildcard = OutgoingMessage(subject: "titan.evt.*", payload: [])
        for message in [large, nowhere, wildcard] {
            let outcome = try rig.publish(message)
            guard case .refused(let reason) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect(!reason.isEmpty)
        }
    }

    @Test(arguments: BusKind.allCases)
    func `says why a consumer cannot be`(_ kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        #expect(throws: BusError.streamMissing("NOWHERE")) {
            try rig.consume(consumer("NOWHERE", "a.>"))
        }
        #expect(throws: BusError.invalidSubject("titan..evt")) {
            try rig.consume(consumer("TITAN_EVT", "titan..evt"))
        }
        #expect(throws: BusError.invalidSubject("a.>.b")) { try rig.subscribe("a.>.b") }
        #expect(throws: BusError.self) {
            try rig.consume(consumer("TITAN_EVT", "titan.evt.>", durable: "has.dots"))
        }
        try rig.consume(consumer("TITAN_EVT", "titan.evt.>"))
        #expect(throws: BusError.consumerBusy(durable: "TEST")) {
            try rig.consume(consumer("TITAN_EVT", "titan.evt.>"))
        }
    }

    @Test(arguments: BusKind.allCases)
    func `refuses everything once it is closed`(_ kind: BusKind) throws {
        guard let rig = try BusRig(kind) else { return }
        rig.bus.close()
        guard case .refused = try rig.publish(fills) else {
            Issue.record("a closed bus took a message")
            return
        }
        #expect(throws: BusError.closed) { try rig.subscribe("titan.>") }
        #expect(!rig.bus.health.isConnected)
    }
}
