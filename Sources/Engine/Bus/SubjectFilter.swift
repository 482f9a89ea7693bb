/// Which subjects: tokens between dots, `*` for exactly one of them, a last `>` for one or more.
///
/// Source: NATS documentation, "Subject-Based Messaging".
public struct SubjectFilter: Hashable, Sendable {
    public let text: String
    private let tokens: [Token]

    private enum Token: Hashable {
        case exactly([UInt8])
        case one
        case rest
    }

    public init(_ text: String) throws(BusError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        var tokens: [Token] = []
        for (index, part) in parts.enumerated() {
            if part.elementsEqual("*".utf8) {
                tokens.append(.one)
            } else if part.elementsEqual(">".utf8), index == parts.count - 1 {
                tokens.append(.rest)
            } else if Self.isLiteral(part) {
                tokens.append(.exactly(Array(part)))
            } else {
                throw .invalidSubject(text)
            }
        }
        self.text = text
        self.tokens = tokens
    }

    /// Whether a message can be published there: no wildcard, no empty token, no blank.
    public static func isSubject(_ text: String) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy(isLiteral)
    }

    private static func isLiteral(_ part: Substring.UTF8View) -> Bool {
        !part.isEmpty && part.allSatisfy { $0 > 32 && $0 != 127 && $0 != 42 && $0 != 62 }
    }

    public func matches(_ subject: String) -> Bool {
        var rest = Substring(subject).utf8
        for (index, token) in tokens.enumerated() {
            let end = rest.firstIndex(of: UInt8(ascii: ".")) ?? rest.endIndex
            switch token {
            case .rest: return !rest.isEmpty
            case .one where end == rest.startIndex: return false
            case .one: break
            case .exactly(let bytes):
                if !rest[..<end].elementsEqual(bytes) { return false }
            }
            let isLast = index == tokens.count - 1
            if end == rest.endIndex { return isLast }
            if isLast { return false }
            rest = rest[rest.index(after: end)...]
        }
        return false
    }

    /// Whether some subject matches both.
    public func overlaps(_ other: SubjectFilter) -> Bool {
        for (one, two) in zip(tokens, other.tokens) {
            if one == .rest || two == .rest { return true }
            if one != .one, two != .one, one != two { return false }
        }
        return tokens.count == other.tokens.count
    }
}
