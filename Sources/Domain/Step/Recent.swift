/// Names seen lately, in the order in which they came, so that one is known again.
///
/// Held in small parts: a state that somebody still looks at is copied where it changes, and that
/// must not be everything.
struct Recent: Fields, Hashable, Sendable {
    /// How many are remembered: at ten signals a second, more than an hour.
    static let capacity = 50_000
    /// Names that are forgotten together.
    private static let chunk = 1_000

    /// All full but the last.
    private var chunks: [[String]] = []
    /// The names again, each in the set that its bytes choose.
    private var known = [Set<String>](repeating: [], count: 64)

    var count: Int { chunks.isEmpty ? 0 : (chunks.count - 1) * Self.chunk + chunks.last!.count }

    func contains(_ name: String) -> Bool { known[Self.part(name)].contains(name) }

    mutating func insert(_ name: String) {
        guard known[Self.part(name)].insert(name).inserted else { return }
        if chunks.last.map({ $0.count == Self.chunk }) ?? true {
            if chunks.count * Self.chunk == Self.capacity {
                for old in chunks.removeFirst() { known[Self.part(old)].remove(old) }
            }
            chunks.append([])
        }
        chunks[chunks.count - 1].append(name)
    }

    mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        var names = Array(chunks.joined())
        coder.texts("names", &names)
        if chunks.isEmpty { for name in names { insert(name) } }
    }

    /// Source: Fowler, Noll and Vo, FNV-1a. Only spreads names: the order is that of the chunks.
    private static func part(_ name: String) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash >> 32) & 63
    }
}
