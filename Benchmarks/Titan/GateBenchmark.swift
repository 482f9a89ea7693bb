import Domain

/// What one order costs at the gate.
///
/// Wrong if it grew: every signal waits for this, and a halt waits behind the signal before it.
enum GateBenchmark {
    static func run(count: Int) {
        let policy = Policy()
        var question = Question()
        question.armed = true
        question.breaker = .normal
        (question.bid, question.ask) = (4_600_000_000_000, 4_600_100_000_000)
        (question.confidence, question.truth) = (90_000_000, 9_900)
        (question.equity, question.marketAge) = (10_000_000_000_000, 1_000)
        (question.price, question.quantity, question.symbol) = (4_600_100_000_000, 1_000_000, 0)
        var samples = Samples(capacity: count)
        var approved = 0
        for turn in 0..<count {
            question.quantity = 1_000_000 + Int64(turn & 255)
            let start = nanoseconds()
            let answer = Gate.answer(question, policy)
            samples.add(nanoseconds() - start)
            if answer.approved { approved += 1 }
        }
        precondition(approved == count, "Invariant: the measured order passes")
        print("gate, all checks              \(samples.summary)  (clock reading included)")
    }
}
