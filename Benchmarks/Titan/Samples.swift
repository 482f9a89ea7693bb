import Platform

/// Durations of one thing done many times, in nanoseconds.
struct Samples {
    private var values: [Int64] = []

    init(capacity: Int) { values.reserveCapacity(capacity) }

    mutating func add(_ nanoseconds: Int64) { values.append(nanoseconds) }

    /// The value that this share of the samples does not exceed.
    func quantile(perMille: Int) -> Int64 {
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, sorted.count * perMille / 1000)]
    }

    var summary: String {
        "p50 \(quantile(perMille: 500)) ns, p99 \(quantile(perMille: 990)) ns, "
            + "p99.9 \(quantile(perMille: 999)) ns"
    }
}

/// Nanoseconds on a clock that never steps. The measured loop's own cost is one reading of it.
func nanoseconds() -> Int64 { Machine.steadyNanoseconds }
