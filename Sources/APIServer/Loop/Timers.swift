/// Deadlines of many connections, kept coarsely: a wheel of buckets that turns with the clock.
///
/// An entry says when to look at a connection again, not what to do: whoever looks finds the
/// deadline passed, or schedules the next look. So a deadline that moves with every read costs
/// nothing until its bucket comes round.
public struct Timers {
    private let granularity: Int64
    private var buckets: [[Token]]
    /// The tick whose bucket was emptied last.
    private var tick: Int64
    public private(set) var count = 0

    /// - Parameters:
    ///   - granularity: Microseconds that one bucket spans.
    ///   - buckets: What lies further ahead than all of them is looked at early, and put off.
    ///   - now: Boot clock, microseconds; so are all times here.
    public init(granularity: Int64, buckets: Int, now: Int64) {
        precondition(granularity > 0 && buckets > 1, "Invariant: a wheel has a span")
        self.granularity = granularity
        self.buckets = Array(repeating: [], count: buckets)
        tick = now / granularity
    }

    /// Has `token` come due at the end of the bucket that `deadline` lies in.
    /// - Returns: That end, or the earlier moment at which it must be scheduled again.
    @discardableResult
    public mutating func schedule(_ token: Token, at deadline: Int64) -> Int64 {
        let wanted = deadline / granularity + 1
        let due = min(max(wanted, tick + 1), tick + Int64(buckets.count))
        buckets[Int(due % Int64(buckets.count))].append(token)
        count += 1
        return due * granularity
    }

    /// Takes out what has come due, in the order of the deadlines' buckets.
    public mutating func takeDue(now: Int64, into due: inout [Token]) {
        due.removeAll(keepingCapacity: true)
        let target = now / granularity
        // After a long pause one round empties everything; no bucket needs a second visit.
        let last = min(target, tick + Int64(buckets.count))
        while tick < last {
            tick += 1
            let place = Int(tick % Int64(buckets.count))
            guard !buckets[place].isEmpty else { continue }
            due += buckets[place]
            count -= buckets[place].count
            buckets[place].removeAll(keepingCapacity: true)
        }
        tick = max(tick, target)
    }

    /// Milliseconds until something may come due; -1 when nothing is scheduled.
    ///
    /// Looks a few buckets ahead: a loop with nothing but idle connections wakes seldom.
    public func milliseconds(now: Int64) -> CInt {
        guard count > 0 else { return -1 }
        var next = tick + 1
        while next < tick + 16 && buckets[Int(next % Int64(buckets.count))].isEmpty { next += 1 }
        let left = next * granularity - now
        return CInt(max(0, min(left / 1_000 + 1, 60_000)))
    }
}
