import Domain

/// What a phase knows of holdings: its own, from the fills of its signals, and the account's, from
/// the venue's snapshots.
struct Inventory: Hashable, Sendable {
    /// Signed amounts, in the order of the symbols.
    private(set) var own: [Int64]
    private(set) var account: [Int64]
    private let symbols: [String]
    private let prefix: String
    /// Executions lately seen: a venue may report one twice.
    private var seen: [String] = []
    private static let seenMaximum = 64

    init(symbols: [String], prefix: String) {
        (self.symbols, self.prefix) = (symbols, prefix)
        own = symbols.map { _ in 0 }
        account = own
    }

    /// Books a fill if it came from one of our signals. Others' and malformed ones change nothing.
    mutating func take(fill message: BusMessage) {
        guard let fill = try? Fill(message: message.payload),
            let index = symbols.firstIndex(of: fill.symbol), !seen.contains(fill.executionId),
            let json = try? JSON.parse(message.payload),
            let signal = (json["payload"] ?? json)["signalId"]?.text, signal.hasPrefix(prefix)
        else { return }
        if seen.count == Self.seenMaximum { seen.removeFirst() }
        seen.append(fill.executionId)
        let sum = Int128(own[index]) + Int128(fill.side.sign * fill.quantity)
        own[index] = Int64(clamping: sum)
    }

    mutating func take(snapshot message: BusMessage) {
        guard let snapshot = try? VenueSnapshot(message: message.payload) else { return }
        account = symbols.map { symbol in
            snapshot.positions.first { $0.symbol == symbol }?.quantity ?? 0
        }
    }
}
