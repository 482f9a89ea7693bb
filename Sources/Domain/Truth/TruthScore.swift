/// The arithmetic of the score. Pure, in basis points.
public enum TruthScore {
    public static let full: Int64 = 10_000

    /// The score of six component values in the order of `TruthComponent`, each 0…10,000: a weighted
    /// harmonic mean that no critical component lets rise above itself, and that any 0 makes 0.
    ///
    /// Source: algorithms, section 5; exact in 64 bits.
    public static func combine(_ values: [Int64]) -> Int64 {
        precondition(
            values.count == TruthComponent.allCases.count, "Invariant: a value a component")
        var (sum, ceiling): (Int64, Int64) = (0, full)
        for component in TruthComponent.allCases {
            let value = min(values[Int(component.rawValue)], full)
            if value <= 0 { return 0 }
            sum += (component.weight * 100_000_000 + value - 1) / value
            if component.isCritical { ceiling = min(ceiling, value) }
        }
        return min(ceiling, 1_000_000_000_000 / sum)
    }

    /// Full up to `whole`, 0 from `none` on, linear between; a negative age is 0: the clock lies.
    public static func ageing(_ age: Int64, whole: Int64, none: Int64) -> Int64 {
        if age < 0 || age >= none { return 0 }
        if age <= whole { return full }
        return Int64(Int128(full) * Int128(none - age) / Int128(none - whole))
    }
}
