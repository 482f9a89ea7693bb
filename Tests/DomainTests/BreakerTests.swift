import TestSupport
import Testing

@testable import Domain

@Suite struct `The breaker` {
    private static let events: [(name: String, play: @Sendable (inout Desk) -> Void)] = [
        (
            "the halt word is raised",
            {
                $0.epoch += 1
                $0.take(.tick)
            }
        ),
        (
            "HALT by a person",
            {
                $0.epoch += 1
                $0.take(.command(command(.halt, 0)))
            }
        ),
        ("RESUME of this epoch", { $0.take(.command(command(.resume, $0.epoch))) }),
        ("RESUME of an older epoch", { $0.take(.command(command(.resume, $0.epoch - 1))) }),
        ("FLATTEN", { $0.take(.command(command(.flatten, 0))) }),
        ("the clock disagrees", { $0.take(.clockAnomaly(ClockAnomaly(skew: 300_000))) }),
        ("a position differs", { $0.snapshot { $0.positions.append(alien()) } }),
        ("one clean reconciliation", { $0.snapshot() }),
        ("four clean reconciliations", { for _ in 0..<4 { $0.snapshot() } }),
        ("the venue is silent for 40 s", { $0.take(.tick, after: 40_000_000) }),
        ("a restart", { $0.take(.started($0.started())) }),
        ("a restart in doubt", { $0.take(.started($0.started("doubt"))) }),
    ]

    private static func command(_ action: OperatorAction, _ epoch: UInt64) -> OperatorCommand {
        var command = OperatorCommand()
        (command.action, command.actor, command.clearsEpoch) = (action, "ann", epoch)
        return command
    }

    private static func alien() -> VenuePosition {
        var position = VenuePosition()
        (position.symbol, position.quantity) = ("ETH/USDT", 5)
        return position
    }

    /// A desk in each state, with how it came there.
    private static func desks() -> [(name: String, desk: Desk)] {
        let normal = Desk.ready()
        var doubtful = normal
        doubtful.take(.clockAnomaly(ClockAnomaly(skew: 300_000)))
        var halted = normal
        halted.epoch += 1
        halted.take(.tick)
        return [("NORMAL", normal), ("DEFENSIVE", doubtful), ("HALTED", halted)]
    }

    /// Each line: from where, what happens, to where, and the code that people read.
    @Test func `goes from state to state as the table says`() throws {
        var text = ""
        for (from, desk) in Self.desks() {
            for event in Self.events {
                var after = desk
                event.play(&after)
                let breaker = after.state.breaker
                func column(_ text: String, _ width: Int) -> String {
                    text + String(repeating: " ", count: max(1, width - text.count))
                }
                text += column(from, 11) + column(event.name, 31)
                text += column("\(breaker.state.name)", 11) + breaker.code + "\n"
            }
        }
        try expectGolden(text, at: "Tests/DomainTests/Golden/breaker.txt")
    }
}

extension Desk {
    fileprivate func started(_ doubt: String = "") -> Started {
        var started = state.started
        (started.haltEpoch, started.haltReason) = (epoch, doubt)
        return started
    }
}

@Suite struct `A desk that starts again` {
    private func restart(_ desk: inout Desk) -> StepOutput {
        desk.epoch += 1
        var started = desk.state.started
        started.haltEpoch = desk.epoch
        return desk.take(.started(started))
    }

    private func cancels(_ output: StepOutput) -> [String] {
        output.effects.compactMap {
            if case .stop(.cancel(let cancel)) = $0 { cancel.orderId } else { nil }
        }
    }

    @Test func `asks again for cancels that may not have left, and sends no order again`() throws {
        var desk = Desk.ready()
        let order = try #require(desk.decide(desk.signal("a")).order)
        desk.epoch += 1
        #expect(cancels(desk.take(.tick)) == [order.id])
        let output = restart(&desk)
        #expect(cancels(output) == [order.id])
        #expect(!output.effects.contains { if case .order = $0 { true } else { false } })
        #expect(
            output.effects.contains {
                if case .stop(.haltState(let state)) = $0 { state.halted } else { false }
            })
        #expect(desk.state.books.orders.map(\.state) == [.unknown])
    }

    @Test func `says OPEN to nobody, and never as a stop`() {
        var desk = Desk.ready()
        let quiet = restart(&desk)
        #expect(!quiet.effects.contains { if case .open = $0 { true } else { false } })
        desk.snapshot()
        desk.epoch += 1
        desk.take(.tick)
        var resume = OperatorCommand()
        (resume.action, resume.clearsEpoch) = (.resume, desk.epoch)
        let output = desk.take(.command(resume))
        let opens = output.effects.filter { if case .open = $0 { true } else { false } }
        let stops = output.effects.filter { if case .stop = $0 { true } else { false } }
        #expect(opens.count == 1 && stops.isEmpty)
    }

    @Test func `asks again for a cancel while the venue still works the order`() throws {
        var desk = Desk.ready()
        let order = try #require(desk.decide(desk.signal("a")).order)
        desk.epoch += 1
        desk.take(.tick)
        desk.snapshot()
        guard let last = desk.outputs.last else { return }
        #expect(cancels(last) == [order.id])
    }

    @Test func `takes no new risk while a flatten runs`() {
        var desk = Desk.ready()
        var flatten = OperatorCommand()
        flatten.action = .flatten
        desk.take(.command(flatten))
        #expect(desk.decide(desk.signal("a")).codes == ["reduce_only"])
    }
}

@Suite struct `Absurd messages of a venue` {
    @Test(arguments: [
        #"{"timestamp":1,"seq":1,"executions":9223372036854775807}"#,
        #"{"timestamp":-9223372036854775808,"seq":2,"executions":-9223372036854775808}"#,
        #"{"timestamp":1,"seq":3,"executions":0,"positions":{"BTC/USDT":{"side":"SELL","size":"-92233720368.54775808"}}}"#,
        #"{"timestamp":1,"seq":4,"executions":0,"orders":{"x":{"size":"-92233720368","filled":"92233720368"}}}"#,
        #"{"timestamp":1,"seq":5,"executions":0,"balances":{"USDT":{"total":"-92233720368"}}}"#,
    ])
    func `are taken as evidence against the books, and stop nothing`(text: String) throws {
        var desk = Desk.ready()
        desk.venueSequence = 10
        var snapshot = try VenueSnapshot(message: Array(text.utf8))
        snapshot.sequence = 100
        let output = desk.take(.snapshot(snapshot))
        #expect(desk.state.truth.score < 10_000)
        for record in output.records { #expect(!record.json(sequence: 1).isEmpty) }
    }

    @Test func `cannot overflow an order, cash or a day`() throws {
        var desk = Desk.ready()
        let order = try #require(desk.decide(desk.signal("a")).order)
        for index in 0..<4 {
            var fill = Fill()
            (fill.executionId, fill.orderId, fill.symbol) = ("x\(index)", order.id, "BTC/USDT")
            (fill.price, fill.quantity, fill.fee) = (.max, .max, .min)
            fill.side = index % 2 == 0 ? .buy : .sell
            fill.time = Timestamp(microseconds: .min)
            let output = desk.take(.fill(fill))
            for record in output.records { #expect(!record.json(sequence: 1).isEmpty) }
        }
        #expect(desk.state.books.orders.isEmpty)
    }
}
