/// Random numbers that a seed repeats exactly. Integers only.
///
/// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
public struct SplitMix: Hashable, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    /// A stream of its own for each name, so that one reader's draws never move another's.
    public init(seed: UInt64, stream: String) {
        self.init(seed: seed)
        for byte in stream.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        _ = next()
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    public mutating func between(_ low: Int64, _ high: Int64) -> Int64 {
        precondition(low <= high, "Invariant: a range has its ends in order")
        let width = UInt64(bitPattern: high &- low)
        if width == .max { return Int64(bitPattern: next()) }
        return low &+ Int64(bitPattern: next().multipliedFullWidth(by: width + 1).high)
    }

    /// Whether something happens that does so `perMillion` times in a million.
    public mutating func chance(perMillion: Int64) -> Bool {
        perMillion > 0 && between(0, 999_999) < perMillion
    }

    /// About `mean`, from half of it to one and a half.
    public mutating func around(_ mean: Int64) -> Int64 { mean / 2 + between(0, max(0, mean)) }

    /// A bell curve of mean 0 and deviation 1, in thousandths, between −6 and 6.
    ///
    /// Twelve uniform numbers added up: their sum has variance 1.
    public mutating func bell() -> Int64 {
        var sum: Int64 = 0
        for _ in 0..<6 {
            let draw = next()
            sum += Int64(draw & 0xFFFF_FFFF) + Int64(draw >> 32)
        }
        return ((sum * 1000 + 0x8000_0000) >> 32) - 6000
    }
}
