import Loop
import Testing

@Suite struct `A timer wheel` {
    private func due(_ timers: inout Timers, _ now: Int64) -> [UInt32] {
        var tokens: [Token] = []
        timers.takeDue(now: now, into: &tokens)
        return tokens.map(\.slot)
    }

    private func token(_ slot: UInt32) -> Token { Token(slot: slot, generation: 0) }

    @Test func `never reports before the deadline, and at most one bucket after it`() {
        for deadline in stride(from: Int64(1_000), through: 1_900, by: 7) {
            var timers = Timers(granularity: 100, buckets: 16, now: 1_000)
            let end = timers.schedule(token(1), at: deadline)
            #expect(end > deadline && end <= deadline + 100)
            #expect(due(&timers, deadline) == [])
            #expect(due(&timers, end) == [1])
            #expect(timers.count == 0)
        }
    }

    @Test func `reports in the order of the deadlines, each entry once`() {
        var timers = Timers(granularity: 10, buckets: 8, now: 0)
        for (slot, deadline) in [(3, 55), (1, 5), (2, 25)] as [(UInt32, Int64)] {
            timers.schedule(token(slot), at: deadline)
        }
        #expect(due(&timers, 100_000) == [1, 2, 3])
        #expect(due(&timers, 200_000) == [])
    }

    @Test func `reports early, and says so, what lies beyond its span`() {
        var timers = Timers(granularity: 10, buckets: 4, now: 0)
        #expect(timers.schedule(token(1), at: 1_000) == 40)
        #expect(due(&timers, 39) == [])
        #expect(due(&timers, 40) == [1])
    }

    @Test func `sleeps no longer than to the end of the next bucket, and for ever without entries`()
    {
        var timers = Timers(granularity: 50_000, buckets: 4, now: 0)
        #expect(timers.milliseconds(now: 0) == -1)
        timers.schedule(token(1), at: 10)
        #expect(timers.milliseconds(now: 20_000) == 31)
        #expect(timers.milliseconds(now: 90_000) == 0)
    }
}
