/// Reads the execution service's messages. Source: domain-contract 2.6, "Events".
extension Fill {
    /// A fill report, enveloped or raw, with the execution's own id and the order's.
    public init(message: [UInt8]) throws(MalformedMessage) {
        let json = try MessageReader.object(message, "fill")
        try self.init(json: json["payload"] ?? json)
    }

    init(json: JSON) throws(MalformedMessage) {
        self.init()
        executionId = try MessageReader.text(json, "executionId", of: "fill")
        orderId = json["orderId"]?.text ?? json["clientOrderId"]?.text ?? ""
        symbol = try MessageReader.text(json, "symbol", of: "fill")
        side = try MessageReader.side(json, of: "fill")
        price = try MessageReader.positive(json, "price", of: "fill")
        quantity = try MessageReader.positive(json, "qty", of: "fill")
        fee = json["fee"]?.decimal ?? 0
        time = Timestamp(milliseconds: json["timestamp"]?.integer ?? 0)
    }
}

extension OrderReport {
    public init(message: [UInt8]) throws(MalformedMessage) {
        let json = try MessageReader.object(message, "report")
        self.init()
        orderId = try MessageReader.text(json, "order_id", of: "report")
        let word = try MessageReader.text(json, "status", of: "report")
        guard let status = ReportStatus.allCases.first(where: { "\($0.name)" == word }) else {
            throw MalformedMessage("report \(orderId): \"status\" is \(word)")
        }
        self.status = status
        reason = json["reason"]?.text ?? ""
    }

    /// The execution service's refusal of an intent.
    public init(reject message: [UInt8]) throws(MalformedMessage) {
        let json = try MessageReader.object(message, "reject")
        self.init()
        orderId = try MessageReader.text(json, "intent_id", of: "reject")
        (status, reason) = (.rejected, json["reason"]?.text ?? "rejected")
    }
}

extension VenueSnapshot {
    /// The truth snapshot with our extensions; without `orders` and `balances` it is not a full
    /// reconciliation, and the score shows that.
    public init(message: [UInt8]) throws(MalformedMessage) {
        let json = try MessageReader.object(message, "snapshot")
        self.init()
        guard let milliseconds = json["timestamp"]?.integer else {
            throw MalformedMessage("snapshot: \"timestamp\" must be a whole number")
        }
        made = Timestamp(milliseconds: milliseconds)
        guard let sequence = json["seq"]?.integer, let executions = json["executions"]?.integer
        else {
            throw MalformedMessage("snapshot: \"seq\" and \"executions\" must be whole numbers")
        }
        (self.sequence, self.executions) = (sequence, executions)
        if let total = json["balances"]?["USDT"]?["total"]?.decimal {
            (cashKnown, cashTotal) = (true, total)
        }
        for member in json["positions"]?.members ?? [] {
            var position = VenuePosition()
            position.symbol = member.name
            let size = try MessageReader.decimal(member.value, "size", of: "snapshot")
            let word = member.value["side"]?.text
            position.quantity =
                word == "SELL" || word == "SHORT" ? Int64(clamping: -Int128(size)) : size
            positions.append(position)
        }
        for member in json["orders"]?.members ?? [] {
            var order = VenueOrder()
            (order.id, order.symbol) = (member.name, member.value["symbol"]?.text ?? "")
            let size = try MessageReader.decimal(member.value, "size", of: "snapshot")
            let filled = member.value["filled"]?.decimal ?? 0
            order.open = Int64(clamping: Int128(size) - Int128(filled))
            orders.append(order)
        }
        for fill in json["recent_executions"]?.array ?? [] { recent.append(try Fill(json: fill)) }
    }
}

extension Quote {
    /// A ticker of the reference market and its symbol.
    public static func read(
        _ message: [UInt8]
    ) throws(MalformedMessage) -> (symbol: String, quote: Quote) {
        let json = try MessageReader.object(message, "ticker")
        let symbol = try MessageReader.text(json, "symbol", of: "ticker")
        var quote = Quote()
        quote.bid = try MessageReader.positive(json, "bid", of: "ticker")
        quote.ask = try MessageReader.positive(json, "ask", of: "ticker")
        guard quote.ask >= quote.bid, let time = json["timestamp"]?.integer else {
            throw MalformedMessage("ticker \(symbol): crossed, or without a timestamp")
        }
        quote.time = Timestamp(milliseconds: time)
        return (symbol, quote)
    }
}

/// What the readers above share: fetch a member or say which one is wrong.
enum MessageReader {
    static func object(_ bytes: [UInt8], _ what: String) throws(MalformedMessage) -> JSON {
        do {
            let json = try JSON.parse(bytes)
            if json.members != nil { return json }
        } catch { throw MalformedMessage("\(what): \(error)") }
        throw MalformedMessage("\(what): not an object")
    }

    static func text(_ json: JSON, _ name: String, of what: String) throws(MalformedMessage)
        -> String
    {
        guard let text = json[name]?.text, !text.isEmpty, text.utf8.count <= 256 else {
            throw MalformedMessage("\(what): \"\(name)\" must be a text of 1 to 256 bytes")
        }
        return text
    }

    static func decimal(_ json: JSON, _ name: String, of what: String) throws(MalformedMessage)
        -> Int64
    {
        guard let value = json[name]?.decimal else {
            throw MalformedMessage("\(what): \"\(name)\" must be a decimal")
        }
        return value
    }

    static func positive(_ json: JSON, _ name: String, of what: String) throws(MalformedMessage)
        -> Int64
    {
        let value = try decimal(json, name, of: what)
        guard value > 0 else { throw MalformedMessage("\(what): \"\(name)\" must be positive") }
        return value
    }

    static func side(_ json: JSON, of what: String) throws(MalformedMessage) -> Side {
        switch json["side"]?.text {
        case "BUY": .buy
        case "SELL": .sell
        default: throw MalformedMessage("\(what): \"side\" must be BUY or SELL")
        }
    }
}
