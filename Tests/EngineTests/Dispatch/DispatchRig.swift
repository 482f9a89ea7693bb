import Crypto
import Glibc
import Platform
import TestSupport

@testable import Domain
@testable import Engine

/// A dispatcher over a real bus, and what came of it.
final class DispatchRig: Sendable {
    let word = HaltWord(epoch: 1)
    let bus: any Bus
    let dispatcher: Dispatcher
    private let reports = Guarded<[Input]>([])
    private let arrived = Guarded<[BusMessage]>([])

    /// With fewer messages than usual the stream of commands is soon full.
    convenience init(messagesMaximum: Int = Limits.Bus.streamMessagesMaximum) throws {
        try self.init(bus: EmbeddedBus(core: BusCore(messagesMaximum: messagesMaximum)))
    }

    init(bus: any Bus) throws {
        self.bus = bus
        dispatcher = try Dispatcher(
            bus: bus,
            messages: Messages(
                key: SigningKey(id: "k", secret: [1]), venue: "paper", account: "main"),
            events: Events(policy: Policy(), binary: ""), haltWord: word,
            report: { [reports] input in reports.withLock { $0.append(input) } })
        try dispatcher.start()
    }

    /// Consumes the stream of commands and acknowledges everything.
    func consume() throws {
        let all = ConsumerSpecification(
            stream: "TITAN_CMD", durable: "TEST", filter: "titan.cmd.>", pendingMaximum: 60_000)
        try bus.consume(all) { [bus, arrived] message in
            arrived.withLock { $0.append(message) }
            if let token = message.token { bus.acknowledge(token) }
        }
    }

    func close() {
        dispatcher.close()
        bus.close()
    }

    func wait(_ what: String, until condition: () -> Bool) throws {
        for _ in 0..<10_000 {
            if condition() { return }
            usleep(1000)
        }
        throw NeverHappened(what: what)
    }

    var reported: Int { reports.withLock { $0.count } }
    var inputs: [Input] { reports.withLock { $0 } }
    var messages: [BusMessage] { arrived.withLock { $0 } }

    func outcomes(_ wanted: DispatchOutcome) -> [String] {
        inputs.compactMap { input in
            if case .dispatched(let report) = input, report.outcome == wanted {
                report.orderId
            } else {
                nil
            }
        }
    }

    /// Orders and cancels in the order in which they came, as `place x` and `cancel x`; halts as
    /// `HARD_HALT 2` and `OPEN 2`.
    func lines() throws -> [String] {
        try messages.map { message in
            let json = try JSON.parse(message.payload)
            if message.subject == "titan.cmd.sys.halt.v1" {
                return (json["state"]?.text ?? "") + " \(json["halt_epoch"]?.integer ?? -1)"
            }
            let verb = message.subject.split(separator: ".")[3]
            return "\(verb) " + (json["payload"]?["order_id"]?.text ?? "")
        }
    }

    /// Releases effects whose records were durable in time.
    func release(_ effects: [OrderedEffect], stops: [StopTicket] = []) {
        dispatcher.release(effects, until: .max, stops: stops, [])
    }

    static func order(_ id: String, epoch: UInt64 = 1, trace: String = "") -> OrderEffect {
        var order = WorkingOrder()
        (order.id, order.quantity, order.price) = (id, 1, 1)
        var decision = DecisionRecord()
        decision.traceId = trace
        return OrderEffect(order, decision: decision, haltEpoch: epoch, symbol: "BTC/USDT")
    }

    static func cancel(_ id: String) -> StopTicket {
        StopTicket(
            .cancel(
                CancelEffect(
                    orderId: id, symbol: "BTC/USDT", reason: "test", haltEpoch: 1, time: .zero)))
    }

    static func halt(_ epoch: UInt64, halted: Bool = true) -> HaltStateEffect {
        HaltStateEffect(halted: halted, reason: "test", haltEpoch: epoch, time: .zero)
    }
}
