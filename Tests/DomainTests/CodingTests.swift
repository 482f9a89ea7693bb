import Crypto
import TestSupport
import Testing

@testable import Domain

/// Fills every field of a value with what a seed gives.
private struct Filler: FieldCoder {
    var random: Seeded
    /// How deep lists and optionals may still nest.
    private var depth = 3

    init(seed: UInt64) { random = Seeded(seed: seed) }

    mutating func integer(_ name: StaticString, _ value: inout Int64) {
        let edges: [Int64] = [.min, -1, 0, 1, 63, 64, 127, 128, .max]
        value =
            Bool.random(using: &random)
            ? edges.randomElement(using: &random)!
            : .random(in: .min ... .max, using: &random) >> Int64.random(in: 0...63, using: &random)
    }

    mutating func flag(_ name: StaticString, _ value: inout Bool) {
        value = Bool.random(using: &random)
    }

    mutating func text(_ name: StaticString, _ value: inout String) {
        value = ["", "a", "ord-t-000000000001", "€😀\u{0}\"", String(repeating: "x", count: 300)]
            .randomElement(using: &random)!
    }

    mutating func digest(_ name: StaticString, _ value: inout Digest256) {
        value = SHA256.hash([UInt8.random(in: 0...255, using: &random)])
    }

    mutating func word<Word: Coded>(_ name: StaticString, _ value: inout Word) {
        value = Array(Word.allCases).randomElement(using: &random)!
    }

    mutating func decimal(_ name: StaticString, _ value: inout Int64) { integer(name, &value) }

    mutating func time(_ name: StaticString, _ value: inout Timestamp) {
        integer(name, &value.microseconds)
    }

    mutating func object<Value: Fields>(_ name: StaticString, _ value: inout Value) {
        value.visit(&self)
    }

    mutating func optional<Value: Fields>(_ name: StaticString, _ value: inout Value?) {
        var inner = Value()
        inner.visit(&self)
        value = Bool.random(using: &random) ? inner : nil
    }

    mutating func list<Value: Fields>(_ name: StaticString, _ value: inout [Value]) {
        value = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            var element = Value()
            element.visit(&self)
            return element
        }
    }

    mutating func texts(_ name: StaticString, _ value: inout [String]) {
        value = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            var element = ""
            text(name, &element)
            return element
        }
    }

    mutating func filled<Value: Fields>(_ type: Value.Type) -> Value {
        var value = Value()
        value.visit(&self)
        return value
    }

    /// One of each kind of record.
    mutating func records() -> [Record] {
        let inputs: [Input] = [
            .started(filled(Started.self)), .tick, .quote(filled(QuoteInput.self)),
            .signal(filled(Signal.self)), .fill(filled(Fill.self)),
            .report(filled(OrderReport.self)), .snapshot(filled(VenueSnapshot.self)),
            .command(filled(OperatorCommand.self)), .dispatched(filled(Dispatched.self)),
            .clockAnomaly(filled(ClockAnomaly.self)),
            .stoppedBeforeDurable(filled(StoppedBeforeDurable.self)),
            .checkpoint(filled(Checkpoint.self)),
        ]
        var time = Timestamp.zero
        self.time("time", &time)
        return inputs.map { .entry(Entry(time: time, haltEpoch: random.next(), input: $0)) } + [
            .decision(filled(DecisionRecord.self)), .breaker(filled(Breaker.self)),
            .truth(filled(TruthRecord.self)), .receipt(filled(Receipt.self)),
        ]
    }
}

@Suite struct `A record's bytes` {
    @Test func `are the record again, of every kind and for any field`() {
        var kinds: Set<UInt8> = []
        for seed in 0..<200 as Range<UInt64> {
            var filler = Filler(seed: seed)
            for record in filler.records() {
                #expect(Record(bytes: record.bytes) == record)
                #expect(Record.isEntry(record.bytes) == (record.kind < 64))
                #expect(!record.json(sequence: 1).isEmpty)
                kinds.insert(record.kind)
            }
        }
        #expect(kinds == Set((1...12).map { UInt8($0) } + [64, 65, 66, 67]))
    }

    @Test func `are no record when cut anywhere, or when something follows`() {
        for seed in 0..<8 as Range<UInt64> {
            var filler = Filler(seed: seed)
            for record in filler.records() {
                let bytes = record.bytes
                for cut in 0..<bytes.count {
                    #expect(Record(bytes: Array(bytes[..<cut])) == nil, "\(record.name) at \(cut)")
                }
                #expect(Record(bytes: bytes + [0]) == nil)
            }
        }
    }

    /// What is read must be written the same: one value has one form.
    @Test func `never stop the decoder, whatever they are`() {
        var random = Seeded(seed: 9)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...120, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = Record(bytes: bytes)
        }
        for seed in 0..<50 as Range<UInt64> {
            var filler = Filler(seed: seed)
            for record in filler.records() {
                var bytes = record.bytes
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
                    1 << UInt8.random(in: 0...7, using: &random)
                _ = Record(bytes: bytes)?.json(sequence: 1)
            }
        }
    }
}

@Suite struct `A list of names seen lately` {
    @Test func `knows the latest 49,000 at least, and is the same from its own bytes`() {
        var recent = Recent()
        for number in 0..<120_500 { recent.insert("name-\(number)") }
        #expect((49_000...Recent.capacity).contains(recent.count))
        #expect(!recent.contains("name-0") && !recent.contains("name-60000"))
        for number in 120_500 - 49_000..<120_500 where !recent.contains("name-\(number)") {
            Issue.record("name-\(number) is forgotten")
        }
        var again = BinaryDecoder.decode(Recent.self, from: BinaryEncoder.encode(recent))!
        #expect(again == recent)
        for number in 0..<3_000 {
            recent.insert("more-\(number)")
            again.insert("more-\(number)")
        }
        #expect(again == recent)
        recent.insert("more-1")
        #expect(again == recent)
    }
}
