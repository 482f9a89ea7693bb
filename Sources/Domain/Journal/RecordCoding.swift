/// The journal's bytes of a record: its kind, then its fields. The kinds never change their number.
extension Record {
    public var bytes: [UInt8] {
        var encoder = BinaryEncoder()
        encoder.byte(kind)
        write(&encoder)
        return encoder.bytes
    }

    /// What the bytes say, or `nil` when they are no record of ours.
    public init?(bytes: [UInt8]) {
        var decoder = BinaryDecoder(bytes)
        let kind = decoder.byte()
        guard let record = Self.read(kind, &decoder) else { return nil }
        self = record
    }

    /// Whether the bytes begin an input, not what followed from one.
    public static func isEntry(_ bytes: [UInt8]) -> Bool { bytes.first.map { $0 < 64 } ?? true }

    /// Whether the bytes are a decision's.
    public static func isDecision(_ bytes: [UInt8]) -> Bool { bytes.first == 64 }

    /// Stable number of the kind.
    public var kind: UInt8 {
        switch self {
        case .entry(let entry): entry.input.kind
        case .decision: 64
        case .breaker: 65
        case .truth: 66
        case .receipt: 67
        }
    }

    public var name: StaticString {
        switch self {
        case .entry(let entry): entry.input.name
        case .decision: "decision"
        case .breaker: "breaker"
        case .truth: "truth"
        case .receipt: "receipt"
        }
    }

    private func write(_ encoder: inout BinaryEncoder) {
        switch self {
        case .entry(var entry):
            encoder.time("time", &entry.time)
            encoder.number("halt_epoch", &entry.haltEpoch)
            entry.input.write(&encoder)
        case .decision(var record): record.visit(&encoder)
        case .breaker(var record): record.visit(&encoder)
        case .truth(var record): record.visit(&encoder)
        case .receipt(var record): record.visit(&encoder)
        }
    }

    private static func read(_ kind: UInt8, _ decoder: inout BinaryDecoder) -> Record? {
        switch kind {
        case 64: return decoder.whole(DecisionRecord.self).map(Record.decision)
        case 65: return decoder.whole(Breaker.self).map(Record.breaker)
        case 66: return decoder.whole(TruthRecord.self).map(Record.truth)
        case 67: return decoder.whole(Receipt.self).map(Record.receipt)
        default:
            var (time, epoch) = (Timestamp.zero, UInt64(0))
            decoder.time("time", &time)
            decoder.number("halt_epoch", &epoch)
            guard let input = Input.read(kind, &decoder) else { return nil }
            return .entry(Entry(time: time, haltEpoch: epoch, input: input))
        }
    }

    /// The record as canonical JSON: what `titan journal cat` prints.
    public func json(sequence: UInt64) -> [UInt8] {
        var coder = JSONCoder()
        coder.writer.beginObject()
        coder.writer.key("data")
        show(&coder)
        coder.writer.key("kind")
        coder.writer.string(name)
        coder.writer.key("sequence")
        coder.writer.integer(sequence)
        if case .entry(let entry) = self {
            coder.writer.key("time")
            coder.writer.string(entry.time.text)
        }
        coder.writer.endObject()
        return coder.writer.bytes
    }

    private func show(_ coder: inout JSONCoder) {
        switch self {
        case .entry(let entry): entry.input.show(&coder, haltEpoch: entry.haltEpoch)
        case .decision(let record): coder.value(record)
        case .breaker(let record): coder.value(record)
        case .truth(let record): coder.value(record)
        case .receipt(let record): coder.value(record)
        }
    }
}

extension Input {
    var kind: UInt8 {
        switch self {
        case .started: 1
        case .tick: 2
        case .quote: 3
        case .signal: 4
        case .fill: 5
        case .report: 6
        case .snapshot: 7
        case .command: 8
        case .dispatched: 9
        case .clockAnomaly: 10
        case .stoppedBeforeDurable: 11
        case .checkpoint: 12
        }
    }

    var name: StaticString {
        switch self {
        case .started: "started"
        case .tick: "tick"
        case .quote: "quote"
        case .signal: "signal"
        case .fill: "fill"
        case .report: "report"
        case .snapshot: "snapshot"
        case .command: "command"
        case .dispatched: "dispatched"
        case .clockAnomaly: "clock_anomaly"
        case .stoppedBeforeDurable: "sent_before_durable"
        case .checkpoint: "checkpoint"
        }
    }

    fileprivate func write(_ encoder: inout BinaryEncoder) {
        switch self {
        case .started(var value): value.visit(&encoder)
        case .tick: break
        case .quote(var value): value.visit(&encoder)
        case .signal(var value): value.visit(&encoder)
        case .fill(var value): value.visit(&encoder)
        case .report(var value): value.visit(&encoder)
        case .snapshot(var value): value.visit(&encoder)
        case .command(var value): value.visit(&encoder)
        case .dispatched(var value): value.visit(&encoder)
        case .clockAnomaly(var value): value.visit(&encoder)
        case .stoppedBeforeDurable(var value): value.visit(&encoder)
        case .checkpoint(var value): value.visit(&encoder)
        }
    }

    fileprivate static func read(_ kind: UInt8, _ decoder: inout BinaryDecoder) -> Input? {
        switch kind {
        case 1: decoder.whole(Started.self).map(Input.started)
        case 2: decoder.whole(Nothing.self).map { _ in .tick }
        case 3: decoder.whole(QuoteInput.self).map(Input.quote)
        case 4: decoder.whole(Signal.self).map(Input.signal)
        case 5: decoder.whole(Fill.self).map(Input.fill)
        case 6: decoder.whole(OrderReport.self).map(Input.report)
        case 7: decoder.whole(VenueSnapshot.self).map(Input.snapshot)
        case 8: decoder.whole(OperatorCommand.self).map(Input.command)
        case 9: decoder.whole(Dispatched.self).map(Input.dispatched)
        case 10: decoder.whole(ClockAnomaly.self).map(Input.clockAnomaly)
        case 11: decoder.whole(StoppedBeforeDurable.self).map(Input.stoppedBeforeDurable)
        case 12: decoder.whole(Checkpoint.self).map(Input.checkpoint)
        default: nil
        }
    }

    fileprivate func show(_ coder: inout JSONCoder, haltEpoch: UInt64) {
        switch self {
        case .started(let value): coder.value(value)
        case .tick: coder.value(Nothing())
        case .quote(let value): coder.value(value)
        case .signal(let value): coder.value(value)
        case .fill(let value): coder.value(value)
        case .report(let value): coder.value(value)
        case .snapshot(let value): coder.value(value)
        case .command(let value): coder.value(value)
        case .dispatched(let value): coder.value(value)
        case .clockAnomaly(let value): coder.value(value)
        case .stoppedBeforeDurable(let value): coder.value(value)
        case .checkpoint(let value): coder.value(value)
        }
    }
}

/// The fields of an input that has none.
private struct Nothing: Fields {
    mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {}
}
