/// What a phase submits: "I would like this position". Fields that could not be read are marked, so
/// that the signal is denied with the right code instead of being lost.
public struct Signal: Fields, Hashable, Sendable {
    /// Units of 10⁻⁸ of 1; −1 when the phase named none.
    public var confidence: Int64 = -1
    public var defects: Defects = []
    public var id = ""
    /// When the phase made it.
    public var made = Timestamp.zero
    /// 1, 2 or 3; 0 when the source is none of them.
    public var phase: Int64 = 0
    public var price: Int64 = 0
    public var quantity: Int64 = 0
    public var side = Side.buy
    /// As written by the phase.
    public var symbol = ""
    /// W3C trace context as received, or empty.
    public var traceparent = ""

    public init() {}

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.decimal("confidence", &confidence)
        coder.integer("defects", &defects.rawValue)
        coder.text("id", &id)
        coder.time("made", &made)
        coder.integer("phase", &phase)
        coder.decimal("price", &price)
        coder.decimal("quantity", &quantity)
        coder.word("side", &side)
        coder.text("symbol", &symbol)
        coder.text("traceparent", &traceparent)
    }

    /// The names by which phases call themselves, in the order of their numbers.
    public static let phaseNames = ["scavenger", "hunter", "sentinel"]
}

/// A message that is no signal at all: what is missing, and where.
public struct MalformedMessage: Error, Hashable, Sendable, CustomStringConvertible {
    public let what: String
    public var description: String { what }

    init(_ what: String) { self.what = what }
}

extension Signal {
    /// Longest id that is taken, in bytes: it travels in subjects, headers and every record.
    public static let idBytesMaximum = 128

    /// Reads the forms that phases send: raw or enveloped, flat or with a nested payload, direction
    /// as a word or a number, entry zone as an object or an array.
    ///
    /// Source: domain-contract 2.6, "Signals".
    public init(message: [UInt8]) throws(MalformedMessage) {
        let json: JSON
        do { json = try JSON.parse(message) } catch {
            throw MalformedMessage("signal: \(error)")
        }
        guard json.members != nil else { throw MalformedMessage("signal: not an object") }
        let inner = json["payload"]?.members == nil ? json : json["payload"] ?? json
        self.init()
        func member(_ name: String) -> JSON? { inner[name] ?? json[name] }
        guard let id = member("signal_id")?.text, !id.isEmpty, id.utf8.count <= Self.idBytesMaximum
        else {
            throw MalformedMessage(
                "signal: \"signal_id\" must be a text of 1 to \(Self.idBytesMaximum) bytes")
        }
        self.id = id
        guard let symbol = member("symbol")?.text, symbol.utf8.count <= 32 else {
            throw MalformedMessage("signal \(id): \"symbol\" must be a text of at most 32 bytes")
        }
        self.symbol = symbol
        try readDirection(member("direction"), kind: member("signal_type")?.text)
        let source = (member("source") ?? json["producer"])?.text ?? ""
        phase = Self.phase(source: source, number: member("phase") ?? member("phase_id"))
        readTime(member("timestamp") ?? member("t_signal"))
        readAmounts(member)
    }

    private mutating func readDirection(_ value: JSON?, kind: String?) throws(MalformedMessage) {
        switch (value?.text, value?.integer) {
        case ("LONG", _), ("BUY", _), (_, 1): side = .buy
        case ("SHORT", _), ("SELL", _), (_, -1): side = .sell
        default: throw MalformedMessage("signal \(id): \"direction\" must be LONG or SHORT")
        }
    }

    private mutating func readTime(_ value: JSON?) {
        guard let milliseconds = value?.integer, milliseconds > 0 else {
            defects.insert(.time)
            return
        }
        made = Timestamp(milliseconds: milliseconds)
    }

    private mutating func readAmounts(_ member: (String) -> JSON?) {
        if let size = (member("position_size") ?? member("size"))?.decimal, size > 0 {
            quantity = size
        } else {
            defects.insert(.size)
        }
        if let price = entry(member("entry_zone")), price > 0 {
            self.price = price
        } else {
            defects.insert(.price)
        }
        guard let value = member("confidence") else { return }
        if let confidence = value.decimal, (0...Decimal8.one).contains(confidence) {
            self.confidence = confidence
        } else {
            defects.insert(.confidence)
        }
    }

    /// The worst price the phase accepts: the far end of its entry zone.
    private func entry(_ zone: JSON?) -> Int64? {
        if let ends = zone?.array {
            let prices = ends.compactMap(\.decimal)
            guard prices.count == ends.count else { return nil }
            return side == .buy ? prices.max() : prices.min()
        }
        return (side == .buy ? zone?["max"] : zone?["min"])?.decimal
    }

    private static func phase(source: String, number: JSON?) -> Int64 {
        if let number = number?.integer, (1...3).contains(number) { return number }
        let index = phaseNames.firstIndex { source.hasSuffix($0) || source == $0 }
        return index.map { Int64($0) + 1 } ?? 0
    }
}
