extension Step {
    /// How many receipts are remembered for their idempotency keys.
    private static let receiptsMaximum = 256
    /// How long a limit order may work before it is withdrawn. Microseconds.
    private static let orderLife: Int64 = 20_000_000
    /// How long a flatten waits for its orders before it sends the rest again. Microseconds.
    private static let flattenPause: Int64 = 2_000_000

    mutating func obey(_ command: OperatorCommand) {
        if !command.key.isEmpty,
            let earlier = state.receipts.first(where: {
                $0.key == command.key && $0.actor == command.actor && $0.action == command.action
            })
        {
            output.receipt = earlier
            return
        }
        var receipt = blank(command)
        switch command.action {
        case .halt: halt(command, &receipt)
        case .resume: resume(command, &receipt)
        case .flatten: flatten(command, &receipt)
        }
        receipt.breaker = state.breaker.state
        receipt.haltEpoch = state.breaker.haltEpoch
        issue(receipt)
    }

    private func blank(_ command: OperatorCommand) -> Receipt {
        var receipt = Receipt()
        (receipt.action, receipt.actor) = (command.action, command.actor)
        (receipt.reason, receipt.key) = (command.reason, command.key)
        receipt.time = now
        return receipt
    }

    private mutating func issue(_ receipt: Receipt) {
        var receipt = receipt
        receipt.sequence = state.sequence + 1
        if receipt.id.isEmpty { receipt.id = Identifier.receipt(receipt.sequence) }
        record(.receipt(receipt))
        if state.receipts.count == Self.receiptsMaximum { state.receipts.removeFirst() }
        state.receipts.append(receipt)
        output.receipt = receipt
        output.effects.append(.publish(.receipt(receipt)))
    }

    /// The word was raised before this came in: the desk is halted already; the command says why.
    private mutating func halt(_ command: OperatorCommand, _ receipt: inout Receipt) {
        let working = state.books.orders.map(\.id)
        restate(Breaker.Cause(code: "operator_halt", reason: command.reason, actor: command.actor))
        receipt.cancelled = state.books.orders.filter(\.withdrawn).map(\.id)
        receipt.sentBefore = command.sentBefore.filter(working.contains)
        receipt.gateClosed = command.gateClosed
        receipt.gateClosedMicroseconds = command.gateClosedMicroseconds
        receipt.status = .verified
    }

    /// Only into DEFENSIVE, and only for the epoch that the person saw.
    private mutating func resume(_ command: OperatorCommand, _ receipt: inout Receipt) {
        let previous = state.breaker.state
        receipt.status = .rejected
        if previous != .halted {
            receipt.code = "not_halted"
        } else if command.clearsEpoch != state.breaker.haltEpoch {
            receipt.code = "epoch_moved"
        } else if !state.truth.reconciled || state.truth.score < policy.truthDefensiveBelow * 100 {
            receipt.code = "truth_low"
        } else if state.flatten.active {
            receipt.code = "flatten_running"
        } else {
            receipt.status = .verified
            state.breaker.resume(
                Breaker.Cause(code: "resumed", reason: command.reason, actor: command.actor),
                at: now)
            recordBreaker(previous)
            let open = HaltStateEffect(
                halted: false, reason: command.reason, haltEpoch: state.breaker.haltEpoch, time: now
            )
            output.effects.append(.open(open))
        }
    }

    /// Withdraws everything, then sends reducing orders until the venue says flat. Until then
    /// nothing else may enlarge a position.
    private mutating func flatten(_ command: OperatorCommand, _ receipt: inout Receipt) {
        tighten(.defensive, code: "flatten", reason: "an operator flattens: \(command.reason)")
        withdrawAll(reason: "flatten")
        receipt.cancelled = state.books.orders.map(\.id)
        receipt.id = Identifier.receipt(state.sequence + 1)
        state.flatten.active = true
        state.flatten.receiptId = receipt.id
        state.flatten.tried = now.adding(microseconds: -Self.flattenPause)
        continueFlatten()
    }

    /// One reducing order a symbol, priced through the market, once nothing else works there.
    private mutating func continueFlatten() {
        guard state.flatten.active, now.since(state.flatten.tried) >= Self.flattenPause else {
            return
        }
        state.flatten.tried = now
        for symbol in state.books.positions.indices {
            let position = state.books.positions[symbol].quantity
            let working = state.books.working(symbol)
            guard position != 0, working.count == 0 else { continue }
            var question = ask(
                symbol, position > 0 ? .sell : .buy, Int64(clamping: position.magnitude))
            (question.origin, question.confidence) = (.flatten, Decimal8.one)
            question.price = through(question)
            let name = Wanted(
                signalId: state.flatten.receiptId + "-\(symbol)-\(state.sequence + 1)", phase: 0,
                symbol: policy.symbolWhitelist[symbol])
            answer(question, name)
        }
    }

    /// A price that fills at once and still lies inside the collar.
    private func through(_ question: Question) -> Int64 {
        let slack = Int128(policy.maxSlippageBps) * 9 / 10
        let worse = question.side == .buy ? 10_000 + slack : 10_000 - slack
        let reference = question.side == .buy ? question.ask : question.bid
        return Int64(clamping: Int128(reference) * worse / 10_000)
    }

    /// "Flat" is said only when the venue says it.
    mutating func confirmFlat(_ snapshot: VenueSnapshot) {
        guard state.flatten.active, snapshot.orders.isEmpty, snapshot.cashKnown,
            snapshot.positions.allSatisfy({ $0.quantity == 0 }),
            state.books.positions.allSatisfy({ $0.quantity == 0 }),
            let asked = state.receipts.last(where: { $0.id == state.flatten.receiptId })
        else { return }
        state.flatten = .init()
        var done = asked
        (done.status, done.breaker, done.time) = (.verified, state.breaker.state, now)
        done.key = ""
        let receipt = output.receipt
        issue(done)
        output.receipt = receipt
    }

    /// Passing time: old orders are withdrawn, a flatten goes on.
    mutating func tick() {
        for index in state.books.orders.indices {
            let order = state.books.orders[index]
            guard !order.withdrawn, now.since(order.created) > Self.orderLife else { continue }
            withdraw(index, reason: "order_life_over")
        }
        continueFlatten()
    }
}
