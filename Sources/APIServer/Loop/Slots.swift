/// A table of bounded size whose entries are found by `Token` in constant time.
///
/// Inlined into its users: generic code that is not costs more than the look-up.
@frozen public struct Slots<Value> {
    @usableFromInline enum Entry {
        case free(generation: UInt32)
        case used(generation: UInt32, Value)
    }

    @usableFromInline let capacity: Int
    @usableFromInline var entries: [Entry] = []
    @usableFromInline var free: [UInt32] = []

    @inlinable public init(capacity: Int) {
        precondition(
            capacity > 0 && capacity < Token.unixListener.slot,
            "Invariant: a table holds at least one value and leaves the named tokens alone")
        self.capacity = capacity
    }

    @inlinable public var count: Int { entries.count - free.count }
    @inlinable public var isFull: Bool { count == capacity }

    /// Stores `value`; `nil` when the table is full.
    @inlinable public mutating func insert(_ value: Value) -> Token? {
        if let slot = free.popLast() {
            guard case .free(let generation) = entries[Int(slot)] else {
                preconditionFailure("Invariant: the free list names only free slots")
            }
            entries[Int(slot)] = .used(generation: generation, value)
            return Token(slot: slot, generation: generation)
        }
        guard entries.count < capacity else { return nil }
        entries.append(.used(generation: 0, value))
        return Token(slot: UInt32(entries.count - 1), generation: 0)
    }

    @inlinable public subscript(token: Token) -> Value? {
        guard Int(token.slot) < entries.count,
            case .used(token.generation, let value) = entries[Int(token.slot)]
        else { return nil }
        return value
    }

    @inlinable @discardableResult
    public mutating func remove(_ token: Token) -> Value? {
        guard let value = self[token] else { return nil }
        entries[Int(token.slot)] = .free(generation: token.generation &+ 1)
        free.append(token.slot)
        checkInvariants()
        return value
    }

    /// Every entry there is now, with its token.
    @inlinable public var all: [(token: Token, value: Value)] {
        entries.enumerated().compactMap { slot, entry in
            guard case .used(let generation, let value) = entry else { return nil }
            return (Token(slot: UInt32(slot), generation: generation), value)
        }
    }

    /// The whole truth about the table, checked after each removal in debug builds.
    @usableFromInline func checkInvariants() {
        #if DEBUG
            let used = entries.count { if case .used = $0 { true } else { false } }
            precondition(used == count, "Invariant: a slot is either used or on the free list")
            precondition(Set(free).count == free.count, "Invariant: a slot is freed once")
        #endif
    }
}
