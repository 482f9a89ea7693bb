extension Step {
    /// Puts a signal to the gate and records the verdict, whatever it is.
    mutating func decide(_ signal: Signal) {
        var question = ask(policy.index(of: signal.symbol), signal.side, signal.quantity)
        question.price = signal.price
        question.defects = signal.defects
        question.confidence = signal.confidence
        question.signalAge = now.since(signal.made)
        question.duplicate = state.knownSignals.contains(signal.id)
        let name = Wanted(
            signalId: signal.id, phase: signal.phase, symbol: signal.symbol,
            trace: Self.trace(of: signal.traceparent))
        let decision = answer(question, name)
        state.knownSignals.insert(signal.id)
        count(decision.approved, phase: signal.phase)
    }

    /// The names that a decision carries besides its numbers.
    struct Wanted {
        let signalId: String
        let phase: Int64
        let symbol: String
        var trace: String?
    }

    /// Everything the checks read, as it stands now.
    func ask(_ symbol: Int?, _ side: Side, _ quantity: Int64) -> Question {
        var question = Question()
        question.armed = state.armed
        question.breaker = state.breaker.state
        question.truth = state.truth.score
        question.side = side
        question.quantity = quantity
        question.dayLoss = state.books.dayLoss
        question.equity = state.books.equity
        guard let symbol else { return question }
        question.symbol = Int64(symbol)
        question.position = state.books.positions[symbol].quantity
        (question.workingBuys, question.workingSells, question.workingCount) =
            state.books.working(symbol)
        question.exposureElsewhere = state.books.worstExposure(without: symbol)
        let quote = state.books.quotes[symbol]
        (question.bid, question.ask) = (quote.bid, quote.ask)
        if quote.bid > 0 { question.marketAge = quote.age(at: now) }
        return question
    }

    /// Asks the gate, records the decision and, when it approves, sends the order on its way.
    @discardableResult
    mutating func answer(_ question: Question, _ wanted: Wanted) -> DecisionRecord {
        let answer = Gate.answer(question, policy)
        var decision = DecisionRecord()
        decision.sequence = state.sequence + 1
        decision.failures = answer.failures
        decision.question = question
        decision.reduceOnly = answer.reduceOnly
        decision.policyHash = policyHash
        (decision.signalId, decision.phase) = (wanted.signalId, wanted.phase)
        (decision.symbol, decision.time) = (wanted.symbol, now)
        decision.traceId = wanted.trace ?? traceId(decision.sequence)
        let approved = Approved(answer)
        if approved != nil {
            decision.intentId = Identifier.order(state.started.desk, decision.sequence)
        }
        record(.decision(decision))
        output.effects.append(.publish(.decision(decision)))
        if let approved { enter(approved, decision) }
        return decision
    }

    /// Books an approved order as working and hands it to the dispatcher.
    private mutating func enter(_ approved: Approved, _ decision: DecisionRecord) {
        var order = WorkingOrder()
        order.id = decision.intentId
        order.created = now
        (order.signalId, order.phase) = (decision.signalId, decision.phase)
        (order.symbol, order.side) = (approved.question.symbol, approved.question.side)
        (order.quantity, order.price) = (approved.question.quantity, approved.question.price)
        order.reduceOnly = approved.reduceOnly
        precondition(
            !state.books.orders.contains { $0.id == order.id },
            "Invariant: an approved order is new to the book")
        state.books.orders.append(order)
        let symbol = policy.symbolWhitelist[Int(order.symbol)]
        let effect = OrderEffect(
            order, decision: decision, haltEpoch: state.breaker.haltEpoch, symbol: symbol)
        output.effects.append(.order(effect))
    }

    private mutating func count(_ approved: Bool, phase: Int64) {
        guard (1...3).contains(phase) else { return }
        if approved {
            state.phases[Int(phase) - 1].approved += 1
        } else {
            state.phases[Int(phase) - 1].denied += 1
        }
    }

    /// The trace id of a W3C traceparent, or `nil` when it is none. Source: W3C Trace Context, 3.2.
    private static func trace(of parent: String) -> String? {
        let parts = parent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "00", parts[1].utf8.count == 32,
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
            parts[1].utf8.contains(where: { $0 != 0x30 })
        else { return nil }
        return String(parts[1])
    }
}
