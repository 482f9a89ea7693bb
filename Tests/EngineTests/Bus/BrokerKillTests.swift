import Engine
import Glibc
import Platform
import TestSupport
import Testing

/// A broker that dies while messages are being published.
///
/// After each death the broker's store is read on another port, where the bus under test cannot
/// reach it: that is what the broker had at its death. What was published before it came back and
/// is in the stream at the end, but was not there then, came late out of some buffer: it is stale.
@Suite(.serialized) struct `A broker that dies` {
    private let stream = StreamSpecification(
        name: "TITAN_EVT", subjects: ["titan.evt.>"], ageMaximumSeconds: 3_600)

    @Test func `never gets a stale message when it is back, and keeps what it confirmed`() throws {
        guard let server = try NATSServer.startOrSay() else { return }
        defer { server.stop() }
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = Seeded(seed: seed)
        let bus = try NATSBus(url: server.url, streams: [stream])
        defer { bus.close() }
        let load = try Load(on: bus)
        var deaths: [Set<Int>] = []
        for isStopped in [false, false, true, false, true, false] {
            let before = load.settled
            try #require(poll(seconds: 10) { load.settled > before + 200 })
            usleep(UInt32.random(in: 0...50_000, using: &random))
            if isStopped { try stopUntilNoticed(server, bus) }
            server.kill()
            try #require(poll(seconds: 10) { !bus.health.isConnected })
            deaths.append(try stored(server))
            load.nextRound()
            try server.start()
            try #require(poll(seconds: 15) { bus.health.isConnected })
        }
        load.stop()
        let end = try numbers(server.url)
        load.check(end, deaths)
    }

    /// Stops the process as it is and waits until the bus has given the connection up.
    private func stopUntilNoticed(_ server: NATSServer, _ bus: NATSBus) throws {
        let unknown = bus.health.unknown
        server.signal(SIGSTOP)
        try #require(poll(seconds: 10) { bus.health.unknown > unknown })
    }

    /// What a dead broker's store holds, read where nobody else can write.
    private func stored(_ server: NATSServer) throws -> Set<Int> {
        let port = try NATSServer.freePort()
        try server.start(at: port)
        defer { server.kill() }
        let numbers = try numbers("nats://127.0.0.1:\(port)")
        #expect(Set(numbers).count == numbers.count)
        return Set(numbers)
    }

    /// The numbers in the stream, in order, read by a consumer of its own up to a last mark.
    private func numbers(_ url: String) throws -> [Int] {
        let bus = try NATSBus(url: url, streams: [stream])
        defer { bus.close() }
        let heard = Guarded<[Int]>([])
        let mark = "mark-\(UInt64.random(in: 0...UInt64.max))"
        let bell = try Bell()
        bus.publish(OutgoingMessage(subject: "titan.evt.mark", payload: Array(mark.utf8))) { _ in }
        let isMarked = Guarded(false)
        try bus.consume(
            consumer(
                "TITAN_EVT", "titan.evt.>", durable: mark, waitMilliseconds: 60_000,
                pendingMaximum: 1_000_000)
        ) { message in
            let text = String(decoding: message.payload, as: UTF8.self)
            if let number = Int(text) { heard.withLock { $0.append(number) } }
            if text == mark {
                isMarked.withLock { $0 = true }
                bell.ring()
            }
        }
        bell.wait(milliseconds: 20_000)
        try #require(isMarked.withLock { $0 })
        return heard.withLock { $0 }
    }
}

/// Publishes numbers as fast as they are settled, and notes what became of each.
private final class Load: Sendable {
    private struct Ledger {
        /// For each number, how often the broker had come back when it was published.
        var rounds: [Int] = []
        var outcomes: [PublishOutcome?] = []
        var settled = 0
        var round = 0
        var isStopped = false
    }

    private let ledger = Guarded(Ledger())
    private let thread: Platform.Thread

    init(on bus: NATSBus) throws {
        thread = try Platform.Thread(name: "load") { [ledger] in
            while let number = Self.next(ledger) {
                guard number >= 0 else {
                    usleep(200)
                    continue
                }
                // Every fourth is sent without asking for a confirmation.
                let message = OutgoingMessage(
                    subject: "titan.evt.load", payload: Array("\(number)".utf8),
                    messageID: "load-\(number)", isConfirmed: number % 4 != 0)
                bus.publish(message) { outcome in
                    ledger.withLock { ledger in
                        precondition(ledger.outcomes[number] == nil, "Invariant: one outcome")
                        ledger.outcomes[number] = outcome
                        ledger.settled += 1
                    }
                    if case .refused = outcome { usleep(500) }
                }
            }
        }
    }

    var settled: Int { ledger.withLock { $0.settled } }

    func nextRound() { ledger.withLock { $0.round += 1 } }

    /// Stops publishing and waits for the last outcome.
    func stop() {
        ledger.withLock { $0.isStopped = true }
        thread.join()
        let isSettled = poll(seconds: 10) {
            ledger.withLock { $0.settled == $0.outcomes.count }
        }
        #expect(isSettled, "every publish has an outcome")
    }

    func check(_ end: [Int], _ deaths: [Set<Int>]) {
        let (rounds, outcomes) = ledger.withLock { ($0.rounds, $0.outcomes.map { $0! }) }
        let present = Set(end)
        #expect(present.count == end.count, "nothing is there twice")
        var tally: [String: Int] = [:]
        for (number, outcome) in outcomes.enumerated() {
            let isThere = present.contains(number)
            switch outcome {
            case .stored(_, let duplicate): #expect(isThere && !duplicate, "\(number) was stored")
            case .refused(let why): #expect(!isThere, "\(number) was refused: \(why)")
            case .unknown, .sent: break
            case .withheld: Issue.record("\(number) was withheld, though nothing forbade it")
            }
            tally["\(outcome)".prefix { $0 != "(" }.description, default: 0] += 1
            if rounds[number] < deaths.count, isThere {
                let wasThere = deaths[rounds[number]].contains(number)
                #expect(wasThere, "\(number) (\(outcome)) came after death \(rounds[number])")
            }
        }
        print("of \(outcomes.count) messages: \(tally.sorted { $0.key < $1.key })")
        #expect(tally["unknown", default: 0] > 0, "the load was under way when the broker died")
        #expect(tally["refused", default: 0] > 0)
    }

    /// The next number; -1 while enough are open; `nil` at the end.
    private static func next(_ ledger: Guarded<Ledger>) -> Int? {
        ledger.withLock { ledger in
            if ledger.isStopped { return nil }
            if ledger.outcomes.count - ledger.settled >= 64 { return -1 }
            ledger.outcomes.append(nil)
            ledger.rounds.append(ledger.round)
            return ledger.outcomes.count - 1
        }
    }
}
