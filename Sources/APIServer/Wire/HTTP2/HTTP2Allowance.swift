/// How often a client may do something that costs us work and gains it nothing.
///
/// A bucket that holds `burst` and is refilled at a steady rate.
struct HTTP2Allowance {
    private let burst: Int
    private let perSecond: Int
    private var left: Int
    /// When the bucket was last refilled. The owner's clock, microseconds.
    private var refilled: Int64?

    init(burst: Int, perSecond: Int) {
        (self.burst, self.perSecond, left) = (burst, perSecond, burst)
    }

    /// Takes one out. `false` when there is none.
    mutating func take(at now: Int64) -> Bool {
        let since = now - (refilled ?? now)
        let gained = Int(min(since, 1 << 32)) * perSecond / 1_000_000
        if gained > 0 { left = min(burst, left + gained) }
        if gained > 0 || refilled == nil { refilled = now }
        guard left > 0 else { return false }
        left -= 1
        return true
    }
}
