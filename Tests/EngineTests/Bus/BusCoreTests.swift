import Engine
import Testing

@Suite struct `The embedded bus's core` {
    private let start: Int64 = 1_000_000_000
    private let second: Int64 = 1_000_000

    private func event(_ number: Int, id: String? = nil) -> OutgoingMessage {
        OutgoingMessage(
            subject: "titan.evt.brain.decision.v1", payload: Array("\(number)".utf8),
            messageID: id)
    }

    private func isRefused(_ outcome: PublishOutcome) -> Bool {
        if case .refused = outcome { true } else { false }
    }

    @Test func `refuses what a full stream's consumer still needs room for`() throws {
        var core = try BusCore(messagesMaximum: 3)
        _ = try core.consume(consumer("TITAN_EVT", "titan.evt.>"), at: start)
        for number in 1...3 {
            #expect(!isRefused(core.publish(event(number), at: start)))
        }
        #expect(isRefused(core.publish(event(4), at: start)))
        let first = try #require(core.takeDeliveries().first)
        core.acknowledge(try #require(first.message.token), at: start)
        #expect(core.publish(event(5), at: start) == .stored(sequence: 4, duplicate: false))
    }

    @Test func `lets the oldest go when nobody waits for it`() throws {
        var core = try BusCore(messagesMaximum: 3)
        for number in 1...5 { _ = core.publish(event(number), at: start) }
        _ = try core.consume(consumer("TITAN_EVT", "titan.evt.>"), at: start)
        #expect(core.takeDeliveries().map(\.message.sequence) == [3, 4, 5])
    }

    @Test func `counts bytes, too`() throws {
        var core = try BusCore(bytesMaximum: 1_000)
        _ = try core.consume(consumer("TITAN_EVT", "titan.evt.>"), at: start)
        let large = OutgoingMessage(
            subject: "titan.evt.large", payload: Array(repeating: 1, count: 600))
        #expect(!isRefused(core.publish(large, at: start)))
        #expect(isRefused(core.publish(large, at: start)))
    }

    @Test func `never lets a command go that nobody has taken`() throws {
        var core = try BusCore(messagesMaximum: 2)
        let command = OutgoingMessage(subject: "titan.cmd.execution.place.v1.x", payload: [])
        for sequence in 1...2 {
            let stored = PublishOutcome.stored(sequence: UInt64(sequence), duplicate: false)
            #expect(core.publish(command, at: start) == stored)
        }
        #expect(isRefused(core.publish(command, at: start)))
        _ = try core.consume(consumer("TITAN_CMD", "titan.cmd.>"), at: start)
        for delivery in core.takeDeliveries() {
            core.acknowledge(try #require(delivery.message.token), at: start)
        }
        #expect(core.publish(command, at: start) == .stored(sequence: 3, duplicate: false))
    }

    @Test func `forgets what is too old`() throws {
        var core = try BusCore()
        let data = OutgoingMessage(subject: "titan.data.market.ticker.v1.paper.X", payload: [])
        _ = core.publish(data, at: start)
        _ = core.publish(data, at: start + 500 * second)
        _ = try core.consume(consumer("TITAN_DATA", "titan.data.>"), at: start + 900 * second)
        #expect(core.takeDeliveries().map(\.message.sequence) == [2])
    }

    @Test func `remembers a message id for the stream's own window`() throws {
        var core = try BusCore()
        #expect(
            core.publish(event(1, id: "a"), at: start) == .stored(sequence: 1, duplicate: false))
        let late = start + 120 * second
        #expect(
            core.publish(event(1, id: "a"), at: late - 1) == .stored(sequence: 1, duplicate: true))
        #expect(core.publish(event(1, id: "a"), at: late) == .stored(sequence: 2, duplicate: false))
    }

    @Test func `says when a message comes again`() throws {
        var core = try BusCore()
        _ = try core.consume(
            consumer("TITAN_EVT", "titan.evt.>", waitMilliseconds: 1_000), at: start)
        #expect(core.nextWake == nil)
        _ = core.publish(event(1), at: start)
        #expect(core.takeDeliveries().count == 1)
        #expect(core.nextWake == start + second)
        core.wake(at: start + second - 1)
        #expect(core.takeDeliveries().isEmpty)
        core.wake(at: start + second)
        #expect(core.takeDeliveries().map(\.message.deliveries) == [2])
        #expect(core.nextWake == start + 2 * second)
    }

    @Test func `delivers twice the same, when twice the same happens`() throws {
        func story() throws -> [BusMessage] {
            var core = try BusCore()
            _ = try core.subscribe("titan.>")
            for durable in ["B", "A", "C"] {
                _ = try core.consume(
                    consumer("TITAN_EVT", "titan.evt.>", durable: durable, deliveriesMaximum: 2),
                    at: start)
            }
            _ = try core.subscribe("$JS.>")
            for number in 1...20 { _ = core.publish(event(number, id: "\(number)"), at: start) }
            for step in 1...4 { core.wake(at: start + Int64(step) * second) }
            return core.takeDeliveries().map(\.message)
        }
        let once = try story()
        #expect(once.count == 20 + 3 * 20 * 2 + 3 * 20)
        #expect(try story() == once)
    }
}

@Suite struct `A subject filter` {
    @Test(arguments: [
        ("a.b", "a.b", true), ("a.b", "a.c", false), ("a.b", "a", false), ("a.b", "a.b.c", false),
        ("a.*", "a.b", true), ("a.*", "a", false), ("a.*", "a.b.c", false), ("*.b", "a.b", true),
        ("*", "a", true), ("*", "a.b", false), ("a.>", "a", false), ("a.>", "a.b", true),
        ("a.>", "a.b.c", true), (">", "a", true), (">", "a.b.c", true), ("a.*.>", "a.b", false),
        ("a.*.>", "a.b.c", true), ("a.b", "ab", false), ("ab", "a", false), ("a", "ab", false),
    ])
    func `matches`(_ filter: String, _ subject: String, _ expected: Bool) throws {
        #expect(try SubjectFilter(filter).matches(subject) == expected)
    }

    @Test(arguments: [
        ("a.>", "a.b", true), ("a.*", "a.b", true), ("a.*", "b.*", false), ("a.*", "*.b", true),
        ("a.b", "a.b.c", false), ("a.>", "b.>", false), ("a.*.c", "a.>", true), ("a", "a.>", false),
    ])
    func `overlaps another`(_ one: String, _ other: String, _ expected: Bool) throws {
        let (one, other) = (try SubjectFilter(one), try SubjectFilter(other))
        #expect(one.overlaps(other) == expected)
        #expect(other.overlaps(one) == expected)
    }

    @Test(arguments: ["", ".", "a.", ".a", "a..b", "a b", "a.>.b", "a*", "a.b>", "a\n", "a\t.b"])
    func `is not any text`(_ text: String) {
        #expect(throws: BusError.invalidSubject(text)) { try SubjectFilter(text) }
        #expect(!SubjectFilter.isSubject(text))
    }
}
