import Domain

/// One change of the venue's books.
enum PaperRecord: Fields, Hashable {
    /// The whole books: the first record of a file.
    case opened(PaperBooks)
    case received(PaperOrder)
    case accepted(Name)
    case executed(PaperExecution)
    /// Filled otherwise than by an execution, cancelled, or refused before it was received.
    case ended(FinishedOrder)
    case halted(Number)
    /// Snapshots may use numbers up to this.
    case reserved(Number)

    /// A text as fields.
    struct Name: Fields, Hashable {
        var text = ""
        init() {}
        init(_ text: String) { self.text = text }
        mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) { coder.text("id", &text) }
    }

    /// A number as fields.
    struct Number: Fields, Hashable {
        var number: UInt64 = 0
        init() {}
        init(_ number: UInt64) { self.number = number }
        mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
            coder.number("number", &number)
        }
    }

    private enum Kind: UInt8, Coded {
        case opened = 0
        case received, accepted, executed, ended, halted, reserved
        var name: StaticString { "record" }
    }

    init() { self = .halted(Number()) }

    mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        var kind = kind
        coder.word("kind", &kind)
        switch kind {
        case .opened: self = .opened(Self.visit(&coder, value()))
        case .received: self = .received(Self.visit(&coder, value()))
        case .accepted: self = .accepted(Self.visit(&coder, value()))
        case .executed: self = .executed(Self.visit(&coder, value()))
        case .ended: self = .ended(Self.visit(&coder, value()))
        case .halted: self = .halted(Self.visit(&coder, value()))
        case .reserved: self = .reserved(Self.visit(&coder, value()))
        }
    }

    private static func visit<Value: Fields, Coder: FieldCoder>(
        _ coder: inout Coder, _ value: Value
    ) -> Value {
        var value = value
        coder.object("value", &value)
        return value
    }

    /// What is inside, or a blank to be filled by a decoder.
    private func value<Value: Fields>() -> Value { inside as? Value ?? Value() }

    private var inside: any Fields {
        switch self {
        case .opened(let value): value
        case .received(let value): value
        case .accepted(let value): value
        case .executed(let value): value
        case .ended(let value): value
        case .halted(let value): value
        case .reserved(let value): value
        }
    }

    private var kind: Kind {
        switch self {
        case .opened: .opened
        case .received: .received
        case .accepted: .accepted
        case .executed: .executed
        case .ended: .ended
        case .halted: .halted
        case .reserved: .reserved
        }
    }
}

/// The records that became durable together.
struct PaperFrame: Fields, Hashable {
    var records: [PaperRecord] = []

    mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.list("records", &records)
    }
}
