import Crypto
import TestSupport
import Testing

@testable import Domain

/// A question that passes every check exactly at its limit, with room elsewhere.
private func passing() -> Question {
    var question = Question()
    (question.armed, question.breaker, question.truth) = (true, .normal, 10_000)
    (question.symbol, question.side, question.confidence) = (0, .buy, Decimal8.one)
    (question.bid, question.ask, question.marketAge) = (100 * Decimal8.one, 100 * Decimal8.one, 0)
    (question.price, question.quantity) = (100 * Decimal8.one, Decimal8.one)
    question.equity = 1_000_000 * Decimal8.one
    return question
}

private struct Row: Sendable {
    let check: Check
    let atLimit: @Sendable (inout Question) -> Void
    let beyond: @Sendable (inout Question) -> Void
}

/// One row a check, in the order of the checks.
private let rows: [Row] = [
    Row(check: .breakerHalted, atLimit: { $0.breaker = .normal }, beyond: { $0.breaker = .halted }),
    Row(check: .notArmed, atLimit: { $0.armed = true }, beyond: { $0.armed = false }),
    Row(check: .symbolNotWhitelisted, atLimit: { $0.symbol = 2 }, beyond: { $0.symbol = 3 }),
    Row(check: .sizeInvalid, atLimit: { $0.quantity = 1 }, beyond: { $0.quantity = 0 }),
    Row(check: .priceInvalid, atLimit: { $0.price = 1 }, beyond: { $0.price = 0 }),
    Row(check: .timeInvalid, atLimit: { $0.defects = [] }, beyond: { $0.defects = .time }),
    Row(
        check: .signalStale, atLimit: { $0.signalAge = 5_000_000 },
        beyond: { $0.signalAge = 5_000_001 }),
    Row(
        check: .duplicateSignal, atLimit: { $0.duplicate = false }, beyond: { $0.duplicate = true }),
    Row(
        check: .marketStale, atLimit: { $0.marketAge = 5_000_000 },
        beyond: { $0.marketAge = 5_000_001 }),
    Row(
        check: .priceCollar, atLimit: { $0.price = 101 * Decimal8.one },
        beyond: { $0.price = 101 * Decimal8.one + 1 }),
    Row(check: .truthLow, atLimit: { $0.truth = 8000 }, beyond: { $0.truth = 7999 }),
    Row(
        check: .confidenceLow, atLimit: { $0.confidence = 70_000_000 },
        beyond: { $0.confidence = 69_999_999 }),
    Row(
        check: .orderNotional, atLimit: { $0.quantity = 100 * Decimal8.one },
        beyond: { $0.quantity = 100 * Decimal8.one + 1 }),
    Row(
        check: .positionNotional, atLimit: { $0.position = 499 * Decimal8.one },
        beyond: { $0.position = 499 * Decimal8.one + 1 }),
    Row(
        check: .leverage, atLimit: { $0.exposureElsewhere = 9_999_900 * Decimal8.one },
        beyond: { $0.exposureElsewhere = 9_999_900 * Decimal8.one + 10_000_000 }),
    Row(
        check: .dailyLoss, atLimit: { $0.dayLoss = 1000 * Decimal8.one - 1 },
        beyond: { $0.dayLoss = 1000 * Decimal8.one }),
    Row(check: .openOrders, atLimit: { $0.workingCount = 4 }, beyond: { $0.workingCount = 5 }),
    Row(
        check: .reduceOnly, atLimit: { $0.breaker = .normal },
        beyond: { $0.breaker = .defensive }),
]

@Suite struct `The gate` {
    @Test func `passes exactly at each limit, and fails one unit beyond it with that code`() {
        let policy = Policy()
        #expect(rows.map(\.check) == Check.allCases)
        for row in rows {
            var question = passing()
            row.atLimit(&question)
            #expect(Gate.answer(question, policy).failures == [], "\(row.check.name)")
            row.beyond(&question)
            let answer = Gate.answer(question, policy)
            #expect(answer.failures.checks.contains(row.check), "\(row.check.name)")
            #expect(answer.checks.first { $0.check == row.check }?.margin ?? 0 <= 0)
            // A halted desk must reduce as well; without a price there is no distance either.
            let more: [Check: [Check]] = [
                .breakerHalted: [.reduceOnly], .priceInvalid: [.priceCollar],
            ]
            #expect(answer.failures.checks == [row.check] + more[row.check, default: []])
        }
    }

    @Test func `answers every check in its order, whatever is asked`() {
        var random = Seeded(seed: 5)
        for _ in 0..<20_000 {
            let answer = Gate.answer(Self.anything(&random), Policy())
            #expect(answer.checks.map(\.check) == Check.allCases)
            #expect(answer.approved == answer.checks.allSatisfy(\.passed))
        }
    }

    /// Nothing waives these: not a reducing order, not a flatten.
    @Test func `never passes a missing or impossible input`() {
        var random = Seeded(seed: 6)
        let inputs: [Check] = [
            .symbolNotWhitelisted, .sizeInvalid, .priceInvalid, .timeInvalid, .signalStale,
            .duplicateSignal, .marketStale, .priceCollar,
        ]
        for _ in 0..<20_000 {
            let question = Self.anything(&random)
            let answer = Gate.answer(question, Policy())
            for result in answer.checks where inputs.contains(result.check) && !result.passed {
                #expect(!answer.approved)
            }
            if question.quantity <= 0 || question.price <= 0 || question.bid <= 0 {
                #expect(!answer.approved)
            }
        }
    }

    private static func anything(_ random: inout Seeded) -> Question {
        let numbers: [Int64] = [
            .min, .min + 1, -Decimal8.one, -1, 0, 1, Decimal8.one, .max - 1, .max,
        ]
        func number() -> Int64 {
            Bool.random(using: &random)
                ? numbers.randomElement(using: &random)!
                : Int64.random(in: .min ... .max, using: &random)
        }
        var question = Question()
        question.armed = Bool.random(using: &random)
        question.breaker = BreakerState.allCases.randomElement(using: &random)!
        question.origin = Origin.allCases.randomElement(using: &random)!
        question.side = Side.allCases.randomElement(using: &random)!
        question.duplicate = Bool.random(using: &random)
        (question.ask, question.bid, question.price) = (number(), number(), number())
        (question.confidence, question.dayLoss, question.equity) = (number(), number(), number())
        (question.exposureElsewhere, question.marketAge) = (number(), number())
        (question.position, question.quantity, question.signalAge) = (number(), number(), number())
        (question.symbol, question.truth) = (number(), number())
        // Sums of unfilled amounts: never negative.
        question.workingBuys = max(0, number())
        question.workingSells = max(0, number())
        question.workingCount = max(0, number())
        question.defects = Defects(rawValue: Int64.random(in: 0...15, using: &random))
        return question
    }
}

@Suite struct `An order that may only reduce` {
    private struct Working {
        let side: Side
        let quantity: Int64
    }

    /// Every position that any fills, in any order and amount, can lead to.
    private static func reachable(_ position: Int64, _ orders: [Working]) -> [Int64] {
        orders.reduce([position]) { positions, order in
            positions.flatMap { from in
                (0...order.quantity).map { from + order.side.sign * $0 }
            }
        }
    }

    /// Positions −3…3, up to three working orders and one more, 1…3 each, both sides: whole.
    @Test func `passes if and only if no fills at all can leave nought to current`() {
        let one = Side.allCases.flatMap { side in (1...3).map { Working(side: side, quantity: $0) }
        }
        var sets: [[Working]] = [[]]
        var last = sets
        for _ in 0..<3 {
            last = last.flatMap { set in one.map { set + [$0] } }
            sets += last
        }
        var (passed, refused) = (0, 0)
        for position in -3...3 as ClosedRange<Int64> {
            for set in sets {
                for order in one {
                    let wanted = Self.wanted(position, set + [order])
                    let got = Self.answer(position, set, order)
                    if wanted != got { Issue.record("\(position) \(set) \(order)") }
                    if got { passed += 1 } else { refused += 1 }
                }
            }
        }
        #expect(passed + refused == 7 * 259 * 6)
        // By hand: as many ways to split 1, 2 and 3 into at most four parts in order, and less.
        #expect(passed == 2 * (1 + 3 + 7))
    }

    private static func wanted(_ position: Int64, _ orders: [Working]) -> Bool {
        let allowed = min(0, position)...max(0, position)
        return position != 0 && reachable(position, orders).allSatisfy(allowed.contains)
    }

    private static func answer(_ position: Int64, _ set: [Working], _ order: Working) -> Bool {
        var question = passing()
        (question.breaker, question.position) = (.defensive, position)
        (question.side, question.quantity) = (order.side, order.quantity)
        for working in set {
            if working.side == .buy {
                question.workingBuys += working.quantity
            } else {
                question.workingSells += working.quantity
            }
        }
        return Gate.answer(question, Policy()).approved
    }

    /// Two closes race for the same position: the second would turn it round.
    @Test func `is refused when another close is on its way`() {
        var question = passing()
        (question.breaker, question.position, question.side) = (.defensive, Decimal8.one, .sell)
        #expect(Gate.answer(question, Policy()).approved)
        question.workingSells = Decimal8.one
        #expect(Gate.answer(question, Policy()).failures.checks == [.reduceOnly])
    }
}

@Suite struct `A policy's hash` {
    @Test func `changes with every number and symbol, and names no two policies alike`() throws {
        var hashes = [Policy().hash]
        for key in PolicyKey.all {
            var policy = Policy()
            let path =
                switch key.place {
                case .decimal(let path), .whole(let path): path
                }
            // One canonical unit: 1e-6 for a decimal.
            let isDecimal = if case .decimal = key.place { true } else { false }
            policy[keyPath: path] += isDecimal ? 100 : 1
            hashes.append(policy.hash)
        }
        for symbols in [["BTC/USDT"], ["ETH/USDT", "BTC/USDT", "SOL/USDT"]] {
            var policy = Policy()
            policy.symbolWhitelist = symbols
            hashes.append(policy.hash)
        }
        #expect(Set(hashes.map(\.hex)).count == PolicyKey.all.count + 3)
    }

    /// Source: RFC 8785, section 3.2.2 to 3.2.4, but for its floats: ours have plain decimals only.
    @Test func `is of the RFC's canonical form`() throws {
        let text = #"""
            {"numbers":[4.50,2e-3,0.000001,1000000],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
            "literals":[null,true,false],"\u20ac":"Euro","\r":"CR","\ufb33":"Hebrew","1":"One",
            "\ud83d\ude00":"Smiley","\u0080":"Control","\u00f6":"Latin"}
            """#
        guard case .object(let members) = try JSON.parse(Array(text.utf8)) else { return }
        var json = JSONWriter()
        json.beginObject()
        for member in members.sorted(by: { JSONWriter.precedes($0.name, $1.name) }) {
            json.key(member.name)
            if case .array(let numbers) = member.value, member.name == "numbers" {
                json.beginArray()
                for number in numbers { json.number(try #require(number.decimal)) }
                json.endArray()
            } else {
                json.value(member.value)
            }
        }
        json.endObject()
        #expect(
            json.text
                == "{\"\\r\":\"CR\",\"1\":\"One\",\"literals\":[null,true,false],"
                + "\"numbers\":[4.5,0.002,0.000001,1000000],"
                + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\","
                + "\"\u{80}\":\"Control\",\"ö\":\"Latin\",\"€\":\"Euro\",\"😀\":\"Smiley\","
                + "\"\u{FB33}\":\"Hebrew\"}")
    }
}
