import Crypto
import Domain

@testable import Engine

/// A venue by itself, with a market of its own making, spoken to in bytes.
struct VenueRig {
    static let start = Timestamp(microseconds: 1_700_000_000_000_000)

    let policy = Policy()
    let key: SigningKey
    var venue: PaperVenue
    var time = VenueRig.start
    /// Everything published, in order.
    private(set) var published: [OutgoingMessage] = []
    private(set) var acknowledged = 0
    private var numbers: UInt64 = 0

    init(
        store: any VenueStore = VenueMemory(), faults: String = "", seed: UInt64 = 1,
        _ edit: (inout VenueConfiguration) -> Void = { _ in }
    ) throws {
        key = SigningKey(id: "k1", secret: Array("venue secret".utf8))
        var configuration = VenueConfiguration(
            symbols: policy.symbolWhitelist, keys: [key], policy: AcceptedPolicy(policy.hash))
        configuration.faults = try VenueFaults(faults)
        configuration.seed = seed
        edit(&configuration)
        venue = try PaperVenue(configuration, store: store, start: Self.start)
    }

    mutating func leave(_ output: ParticipantOutput) throws {
        try venue.commit()
        published += output.messages
        acknowledged += output.acknowledged.count
    }

    mutating func forget() { published = [] }

    /// Lets time pass, doing what is due at its own time.
    mutating func run(milliseconds: Int64) throws {
        let end = time.adding(microseconds: milliseconds * 1000)
        while let wake = venue.nextWake, wake <= end.microseconds {
            time = Timestamp(microseconds: max(wake, time.microseconds))
            try leave(venue.wake(at: time))
        }
        time = end
    }

    /// A ticker with this middle in dollars, one dollar wide.
    mutating func ticker(_ price: Int64, _ symbol: String = "BTC/USDT") throws {
        let ticker = Ticker(
            venue: "paper", instrument: Instrument(symbol: symbol),
            bid: price * Decimal8.one - Decimal8.one / 2,
            ask: price * Decimal8.one + Decimal8.one / 2, bidQuantity: 1, askQuantity: 1, time: time
        )
        try receive(ticker.message)
    }

    mutating func receive(_ message: OutgoingMessage) throws {
        numbers += 1
        let token =
            message.subject.hasPrefix("titan.cmd.execution.")
            ? AckToken(route: "EXECUTION_CORE", sequence: numbers) : nil
        let arrived = BusMessage(
            subject: message.subject, headers: message.headers, payload: message.payload,
            token: token)
        try leave(venue.receive(arrived, at: time))
    }

    /// The payload of an order, as the engine writes it.
    func order(
        _ id: String, _ side: Side = .buy, size: String = "0.01", price: String = "50100",
        symbol: String = "BTC/USDT", reduceOnly: Bool = false, epoch: UInt64 = 1
    ) -> String {
        """
        {"halt_epoch":\(epoch),"limit_price":\(price),"order_id":"\(id)",\
        "policy_hash":"\(policy.hash.hex)","reduce_only":\(reduceOnly),"side":"\(side.name)",\
        "signal_id":"sig-\(id)","size":\(size),"symbol":"\(symbol)"}
        """
    }

    /// Signed as the engine signs.
    func envelope(_ payload: String, key: SigningKey? = nil, at time: Timestamp? = nil) -> [UInt8] {
        Envelope(
            type: "titan.cmd.execution.place.v1", correlationId: "c", idempotencyKey: payload,
            time: time ?? self.time, payload: Array(payload.utf8)
        ).signed(with: key ?? self.key)
    }

    func command(
        _ action: String, _ bytes: [UInt8], symbol: String = "BTC_USDT"
    ) -> OutgoingMessage {
        OutgoingMessage(
            subject: "titan.cmd.execution.\(action).v1.paper.main.\(symbol)", payload: bytes)
    }

    /// Sends an order and lets its latency pass.
    mutating func place(_ payload: String, symbol: String = "BTC_USDT") throws {
        try receive(command("place", envelope(payload), symbol: symbol))
        try run(milliseconds: 50)
    }

    mutating func cancel(_ id: String) throws {
        let payload =
            #"{"halt_epoch":1,"order_id":"\#(id)","reason":"test","symbol":"BTC/USDT"}"#
        try receive(command("cancel", envelope(payload)))
    }

    func messages(_ kind: String) -> [OutgoingMessage] {
        published.filter { $0.subject.hasPrefix("titan.evt.execution.\(kind).v1") }
    }

    var fills: [Fill] { messages("fill").map { try! Fill(message: $0.payload) } }

    var reports: [String] {
        messages("report").map {
            let report = try! OrderReport(message: $0.payload)
            return "\(report.orderId) \(report.status.name)"
        }
    }

    /// Order and reason of each refusal.
    var rejects: [String] {
        messages("reject").map {
            let report = try! OrderReport(reject: $0.payload)
            return "\(report.orderId) \(report.reason)"
        }
    }

    /// The latest snapshot as the engine reads it.
    var snapshot: VenueSnapshot {
        try! VenueSnapshot(message: messages("truth").last!.payload)
    }
}
