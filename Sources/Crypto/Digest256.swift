/// 32 bytes that a hash made. A plain value of four words, so that records can hold it.
public struct Digest256: Hashable, Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64)

    public static let zero = Digest256(bytes: [UInt8](repeating: 0, count: 32))

    /// What a hash function wrote into four words of memory.
    init(memory: (UInt64, UInt64, UInt64, UInt64)) {
        words = (
            memory.0.bigEndian, memory.1.bigEndian, memory.2.bigEndian, memory.3.bigEndian
        )
    }

    /// The words as they lie in memory: 32 bytes in their order.
    var memory: (UInt64, UInt64, UInt64, UInt64) {
        (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    }

    /// Exactly 32 bytes.
    public init(bytes: some Collection<UInt8>) {
        precondition(bytes.count == 32, "Invariant: a 256-bit digest has 32 bytes")
        let memory = bytes.withContiguousStorageIfAvailable { bytes in
            unsafe UnsafeRawBufferPointer(bytes).loadUnaligned(
                as: (UInt64, UInt64, UInt64, UInt64).self)
        }
        if let memory { self.init(memory: memory) } else { self.init(bytes: Array(bytes)) }
    }

    /// 64 hexadecimal digits of either case, or `nil`.
    public init?(hex: String) {
        guard let bytes = Hex.bytes(hex), bytes.count == 32 else { return nil }
        self.init(bytes: bytes)
    }

    public var bytes: [UInt8] {
        unsafe withUnsafeBytes(of: memory) { unsafe [UInt8]($0) }
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String { Hex.text(bytes) }

    public static func == (one: Self, other: Self) -> Bool {
        one.words.0 == other.words.0 && one.words.1 == other.words.1
            && one.words.2 == other.words.2 && one.words.3 == other.words.3
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

/// Bytes as hexadecimal digits.
public enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `nil` when the text is not pairs of hexadecimal digits.
    public static func bytes(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        for byte in text.utf8 {
            guard let value = value(byte) else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? bytes : nil
    }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
