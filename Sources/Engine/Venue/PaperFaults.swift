import Domain
import Platform

/// The venue's faults at work: draws whether one happens, and keeps what is late.
struct PaperFaults {
    private let faults: VenueFaults
    /// When the venue errs no more.
    private let end: Int64
    private var random: SplitMix
    /// In the order in which they were held back; all are equally late.
    private var delayed: [(time: Int64, message: OutgoingMessage)] = []
    private var nextForeign: Int64?

    init(_ faults: VenueFaults, random: SplitMix, start: Timestamp) {
        (self.faults, self.random) = (faults, random)
        let (end, isEndless) = start.microseconds.addingReportingOverflow(faults.lasting)
        self.end = isEndless ? .max : end
        if faults.foreignOrderInterval > 0 { schedule(after: start) }
    }

    var nextWake: Int64? {
        guard let first = delayed.first?.time else { return nextForeign }
        return min(first, nextForeign ?? .max)
    }

    mutating func rejects(at time: Timestamp) -> Bool {
        happens(faults.reject, at: time)
    }

    mutating func dropsAcknowledgement(at time: Timestamp) -> Bool {
        happens(faults.dropAcknowledgement, at: time)
    }

    /// What of a fill leaves now: usually the message, once.
    mutating func pass(_ fill: OutgoingMessage, at time: Timestamp) -> [OutgoingMessage] {
        let doubles = happens(faults.doubleFill, at: time)
        if happens(faults.loseFill, at: time) { return [] }
        // Of those that were not lost, so that both together are as often as was asked for.
        let rest = max(1, 1_000_000 - faults.loseFill)
        if happens(faults.delayFill * 1_000_000 / rest, at: time) {
            if delayed.count < Limits.Venue.delayedFillsMaximum {
                delayed.append((time.microseconds + faults.fillDelay, fill))
            }
            return []
        }
        return doubles ? [fill, fill] : [fill]
    }

    mutating func takeDelayed(at time: Timestamp) -> [OutgoingMessage] {
        let due = delayed.prefix { $0.time <= time.microseconds }
        delayed.removeFirst(due.count)
        return due.map(\.message)
    }

    mutating func foreignOrderIsDue(at time: Timestamp) -> Bool {
        guard let next = nextForeign, next <= time.microseconds else { return false }
        schedule(after: time)
        return time.microseconds < end
    }

    /// Somebody's order: which symbol of so many, which side, worth how much, and whether it takes
    /// at once or waits far away.
    mutating func foreignOrder(symbols: Int) -> (symbol: Int, side: Side, worth: Int64, takes: Bool)
    {
        (
            Int(random.between(0, Int64(symbols) - 1)),
            random.chance(perMillion: 500_000) ? .buy : .sell,
            random.between(50, 300) * Decimal8.one, random.chance(perMillion: 500_000)
        )
    }

    /// Drawn also when it no longer counts: the window changes nothing else.
    private mutating func happens(_ perMillion: Int64, at time: Timestamp) -> Bool {
        random.chance(perMillion: perMillion) && time.microseconds < end
    }

    private mutating func schedule(after time: Timestamp) {
        nextForeign = time.microseconds + max(1, random.around(faults.foreignOrderInterval))
    }
}
