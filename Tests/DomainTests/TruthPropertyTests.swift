import TestSupport
import Testing

@testable import Domain

/// Source: algorithms, section 5, "Properties to test".
@Suite struct `The truth score's formula` {
    private static func values(_ random: inout Seeded) -> [Int64] {
        let edges: [Int64] = [0, 1, 4999, 5000, 9999, 10_000]
        return TruthComponent.allCases.map { _ in
            Bool.random(using: &random)
                ? edges.randomElement(using: &random)! : .random(in: 0...10_000, using: &random)
        }
    }

    /// The same with exact fractions instead of rounded sums.
    private static func exact(_ values: [Int64]) -> Double {
        if values.contains(0) { return 0 }
        let sum = TruthComponent.allCases.reduce(0.0) {
            $0 + Double($1.weight) / Double(values[Int($1.rawValue)])
        }
        let critical = TruthComponent.allCases.filter(\.isCritical)
        return min(10_000 / sum, Double(critical.map { values[Int($0.rawValue)] }.min()!))
    }

    @Test func `stays in range, rises with each component, and any nought makes it nought`() {
        var random = Seeded(seed: 1)
        for _ in 0..<20_000 {
            let values = Self.values(&random)
            let score = TruthScore.combine(values)
            #expect((0...TruthScore.full).contains(score))
            #expect((score == 0) == values.contains(0) || values.contains { $0 <= 1 })
            #expect(abs(Double(score) - Self.exact(values)) <= 1)
            for index in values.indices where values[index] < 10_000 {
                var better = values
                better[index] = .random(in: values[index]...10_000, using: &random)
                #expect(TruthScore.combine(better) >= score)
            }
            for component in TruthComponent.allCases where component.isCritical {
                #expect(score <= values[Int(component.rawValue)])
            }
        }
        #expect(TruthScore.combine(TruthComponent.allCases.map { _ in 10_000 }) == 10_000)
        #expect(TruthComponent.allCases.reduce(0) { $0 + $1.weight } == 10_000)
    }

    @Test func `never rises with age, is full to the first end and nought from the second`() {
        var last = TruthScore.full
        for age in stride(from: Int64(0), through: 36_000_000, by: 10_000) {
            let value = TruthScore.ageing(age, whole: 10_000_000, none: 35_000_000)
            #expect(value <= last)
            if age <= 10_000_000 { #expect(value == TruthScore.full) }
            if age >= 35_000_000 { #expect(value == 0) }
            last = value
        }
        #expect(TruthScore.ageing(-1, whole: 10, none: 35) == 0)
        #expect(TruthScore.ageing(34_999_999, whole: 10_000_000, none: 35_000_000) == 0)
        #expect(TruthScore.ageing(22_500_000, whole: 10_000_000, none: 35_000_000) == 5000)
    }

    @Test func `does not depend on the order in which discrepancies were found`() {
        var random = Seeded(seed: 2)
        for _ in 0..<500 {
            var found = (0..<6).map { _ in
                Discrepancy(
                    TruthComponent.allCases.randomElement(using: &random)!, .stale,
                    severity: .random(in: 1...6000, using: &random))
            }
            var (one, other) = (Truth(), Truth())
            one.conclude(found, made: .zero, at: .zero)
            found.shuffle(using: &random)
            other.conclude(found, made: .zero, at: .zero)
            #expect(one.score == other.score)
            #expect(one.discrepancies.map(\.severity) == other.discrepancies.map(\.severity))
        }
    }

    /// Between two full reconciliations that are clean it may only fall, and it rises by one point.
    @Test func `never rises without evidence, nor faster than a point a cycle`() {
        var random = Seeded(seed: 3)
        for _ in 0..<300 {
            var truth = Truth()
            var time = Timestamp(microseconds: 1_000_000_000)
            truth.conclude([], made: time, at: time)
            for _ in 0..<60 {
                let before = truth.score
                time = time.adding(microseconds: .random(in: 0...6_000_000, using: &random))
                switch Int.random(in: 0...3, using: &random) {
                case 0:
                    truth.fall(at: time)
                    #expect(truth.score <= before)
                case 1:
                    truth.note(Discrepancy(.fills, .duplicateFill, severity: 2500), at: time)
                    #expect(truth.score <= before)
                case 2:
                    let found = [Discrepancy(.orders, .foreignOrder, severity: 500)]
                    truth.conclude(found, made: time, at: time)
                    #expect(truth.score <= before)
                default:
                    truth.conclude([], made: time, at: time)
                    #expect(truth.score <= before + 100)
                }
            }
            truth.forget()
            #expect(truth.score == 0 && truth.target(at: time) == 0)
        }
    }

    @Test func `does not rise faster when snapshots come faster`() {
        var truth = Truth()
        var time = Timestamp(microseconds: 1_000_000_000)
        truth.conclude([], made: time, at: time)
        truth.conclude([Discrepancy(.orders, .foreignOrder, severity: 2000)], made: time, at: time)
        #expect(truth.score == 8000)
        for _ in 0..<400 {
            time = time.adding(microseconds: 100_000)
            truth.conclude([], made: time, at: time)
        }
        // Forty seconds: at most ten cycles of four seconds, of which three only count.
        #expect((8300...8700).contains(truth.score))
    }
}
