/// Why a policy document is refused: the key, and what was expected there.
public struct PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
    public let key: String
    public let expected: String
    public var description: String { "policy key \"\(key)\": expected \(expected)" }
}

extension Policy {
    /// The policy that a document makes: its keys over the defaults.
    ///
    /// Numbers have at most 15 significant digits and lie in 0 or [1e-6, 1e21), so that their
    /// RFC 8785 text is their plain decimal. Anything else is refused by name.
    public init(json: JSON) throws(PolicyError) {
        self.init()
        guard let members = json.members else {
            throw PolicyError(key: "", expected: "an object with the policy's keys")
        }
        for member in members { try set(member.name, to: member.value) }
        guard truthDefensiveBelow <= truthOpenBelow else {
            throw PolicyError(key: "truthDefensiveBelow", expected: "at most truthOpenBelow")
        }
    }

    private mutating func set(_ name: String, to value: JSON) throws(PolicyError) {
        if name == "symbolWhitelist" {
            symbolWhitelist = try Self.symbols(value)
            return
        }
        guard let key = PolicyKey.all.first(where: { $0.name == name }) else {
            throw PolicyError(key: name, expected: "no such key")
        }
        guard case .number(let literal) = value, let units = Decimal8.parse(literal) else {
            throw PolicyError(key: name, expected: "a number of at most eight decimals")
        }
        switch key.place {
        case .decimal(let path):
            guard key.range.contains(units), Self.isCanonical(units) else { throw Self.range(key) }
            self[keyPath: path] = units
        case .whole(let path):
            guard units % Decimal8.one == 0, key.range.contains(units / Decimal8.one) else {
                throw Self.range(key)
            }
            self[keyPath: path] = units / Decimal8.one
        }
    }

    private static func symbols(_ value: JSON) throws(PolicyError) -> [String] {
        let symbols = value.array?.compactMap(\.text) ?? []
        guard let count = value.array?.count, count > 0, count == symbols.count, count <= 64,
            Set(symbols.map(plain)).count == count, symbols.allSatisfy(isSymbol)
        else {
            throw PolicyError(
                key: "symbolWhitelist", expected: "1 to 64 different symbols such as BTC/USDT")
        }
        return symbols
    }

    /// Capitals and digits with at most one separator: what may stand in a bus subject.
    private static func isSymbol(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return (2...24).contains(bytes.count)
            && bytes.allSatisfy {
                (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
                    || $0 == UInt8(ascii: "/")
            }
            && bytes.count(where: { $0 == UInt8(ascii: "/") }) <= 1
    }

    private static func isCanonical(_ units: Int64) -> Bool {
        units == 0 || (units.magnitude >= 100 && significantDigits(units) <= 15)
    }

    private static func significantDigits(_ units: Int64) -> Int {
        var rest = units.magnitude
        while rest % 10 == 0 { rest /= 10 }
        return String(rest).utf8.count
    }

    private static func range(_ key: PolicyKey) -> PolicyError {
        let (low, high) = (key.range.lowerBound, key.range.upperBound)
        switch key.place {
        case .whole: return PolicyError(key: key.name, expected: "a whole number \(low) to \(high)")
        case .decimal:
            let text = "\(Decimal8.text(low)) to \(Decimal8.text(high)), at most 15 digits"
            return PolicyError(key: key.name, expected: text)
        }
    }
}
