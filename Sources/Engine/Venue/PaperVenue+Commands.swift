import Crypto
import Domain
import Platform

extension PaperVenue {
    /// A dollar amount that no order and no account may exceed: sums of many stay inside 64 bits.
    private static let notionalMaximum: Int64 = 10_000_000 * Decimal8.one
    private static let amountMaximum: Int64 = 4_000_000_000_000_000_000

    mutating func take(command message: BusMessage, at time: Timestamp) {
        do {
            let command = try VenueCommand(message, for: configuration)
            switch command.action {
            case .place(let placement): try place(command, placement, at: time)
            case .cancel(let reason):
                see(epoch: command.haltEpoch)
                cancel(command.orderId, reason: reason, at: time)
            }
        } catch { refuse(error, at: time) }
    }

    /// A halt counts whoever sent it: it only makes the desk safer.
    mutating func take(halt message: BusMessage) {
        guard let json = try? JSON.parse(message.payload), let epoch = json["halt_epoch"]?.integer,
            epoch > 0
        else { return }
        see(epoch: UInt64(epoch))
    }

    private mutating func see(epoch: UInt64) {
        if epoch > books.haltEpoch { record(.halted(PaperRecord.Number(epoch))) }
    }

    private mutating func place(
        _ command: VenueCommand, _ placement: VenueCommand.Placement, at time: Timestamp
    ) throws(RejectedCommand) {
        if answerAgain(command.orderId, at: time) { return }
        do {
            try admit(command, placement, at: time)
            try accept(command.symbol, placement)
        } catch {
            var error = error
            error.orderId = command.orderId
            // Remembered: the same order never finds the venue in a better mood.
            record(.ended(FinishedOrder(command.orderId, .rejected, reason: error.code.rawValue)))
            throw error
        }
        see(epoch: command.haltEpoch)
        var order = PaperOrder()
        (order.id, order.symbol, order.signalId) = (
            command.orderId, command.symbol, placement.signalId
        )
        (order.side, order.quantity, order.price) = (
            placement.side, placement.quantity, placement.price
        )
        order.reduceOnly = placement.reduceOnly
        order.activates = time.adding(microseconds: latency())
        record(.received(order))
    }

    /// An order that is known already is answered as before, and does nothing.
    private mutating func answerAgain(_ id: String, at time: Timestamp) -> Bool {
        if let order = books.orders.first(where: { $0.id == id }) {
            if order.accepted {
                output.messages.append(messages.report(id, .accepted, reason: "", at: time))
            }
            return true
        }
        guard let finished = books.finished[id] else { return false }
        let status: ReportStatus =
            switch finished.outcome {
            case .filled: .accepted
            case .canceled: .canceled
            case .rejected: .rejected
            }
        output.messages.append(messages.report(id, status, reason: finished.reason, at: time))
        return true
    }

    /// Whether the desk may ask for anything now.
    private mutating func admit(
        _ command: VenueCommand, _ placement: VenueCommand.Placement, at time: Timestamp
    ) throws(RejectedCommand) {
        let age = time.since(command.time)
        guard age <= configuration.commandAgeMaximum, age >= -configuration.commandAgeMaximum else {
            throw RejectedCommand(.stale, "signed \(age / 1000) ms ago")
        }
        guard command.haltEpoch >= books.haltEpoch else {
            throw RejectedCommand(
                .haltEpoch, "epoch \(command.haltEpoch), halted at \(books.haltEpoch)")
        }
        let hash = configuration.policy.hash.hex
        guard placement.policyHash == hash else {
            var rejected = RejectedCommand(.policyHash, "decided under another policy")
            rejected.gotPolicyHash = placement.policyHash
            throw rejected
        }
        if faults.rejects(at: time) {
            throw RejectedCommand(.unavailable, "the venue has a bad moment")
        }
    }

    /// Whether the order itself makes sense.
    private func accept(
        _ symbol: String, _ placement: VenueCommand.Placement
    ) throws(RejectedCommand) {
        guard configuration.symbols.contains(symbol) else {
            throw RejectedCommand(.symbol, "\(symbol) is not traded here")
        }
        let (quantity, price) = (placement.quantity, placement.price)
        guard quantity > 0 else { throw RejectedCommand(.size, "the size must be positive") }
        guard price > 0 else { throw RejectedCommand(.price, "the price must be positive") }
        let notional = Decimal8.multiply(quantity, price)
        let held = books.position(symbol).magnitude
        let working = books.orders.reduce(UInt64(0)) { $0 + UInt64($1.open) }
        guard notional <= Self.notionalMaximum,
            quantity <= Self.amountMaximum / Int64(Limits.Venue.ordersMaximum),
            held + working + UInt64(quantity) <= UInt64(Self.amountMaximum),
            books.cash.magnitude <= UInt64(Self.amountMaximum)
        else { throw RejectedCommand(.size, "more than an account may hold") }
        guard books.orders.count < Limits.Venue.ordersMaximum else {
            throw RejectedCommand(.tooManyOrders, "\(books.orders.count) orders work already")
        }
        if placement.reduceOnly, quantity > books.reducible(symbol, placement.side) {
            throw RejectedCommand(
                .reduceOnly,
                "\(Decimal8.text(quantity)) would not only reduce "
                    + Decimal8.text(books.position(symbol)))
        }
    }

    /// Takes an order back. One that has not come yet will never come to life.
    private mutating func cancel(_ id: String, reason: String, at time: Timestamp) {
        if books.index(of: id) == nil, let finished = books.finished[id] {
            // Filled or gone before: only a cancel is answered again, a fill speaks for itself.
            if finished.outcome == .canceled {
                output.messages.append(
                    messages.report(id, .canceled, reason: finished.reason, at: time))
            }
            return
        }
        end(id, reason: reason, at: time)
    }

    /// Ends an order unfilled and says so.
    mutating func end(_ id: String, reason: String, at time: Timestamp) {
        record(.ended(FinishedOrder(id, .canceled, reason: reason)))
        output.messages.append(messages.report(id, .canceled, reason: reason, at: time))
    }

    /// Nobody may have somebody else's order struck off by naming it in a forged command.
    private mutating func refuse(_ rejected: RejectedCommand, at time: Timestamp) {
        var rejected = rejected
        let forged: [RejectedCommand.Code] = [.malformed, .unknownKey, .signature]
        if let id = rejected.orderId, forged.contains(rejected.code),
            books.index(of: id) != nil || books.finished[id] != nil
        {
            rejected.orderId = nil
        }
        output.messages.append(
            messages.reject(rejected, expected: configuration.policy.hash, at: time))
    }

    mutating func latency() -> Int64 {
        market.between(configuration.latency.lowerBound, configuration.latency.upperBound)
    }
}
