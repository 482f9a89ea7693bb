import Domain
import Wire

/// The query of a request: these parameters and no others, each once at most.
struct Query {
    private var values: [String: String] = [:]

    /// 400 for an unknown parameter, one that comes twice, or an escape that does not decode.
    init(_ request: Request, parameters known: [String]) throws(APIError) {
        guard let items = request.queryItems() else {
            throw .bad("query", "percent-encoded UTF-8")
        }
        for item in items {
            guard known.contains(item.name) else {
                throw .bad(
                    item.name, "no such parameter; there are " + known.joined(separator: ", "))
            }
            guard values.updateValue(item.value, forKey: item.name) == nil else {
                throw .bad(item.name, "it once")
            }
        }
    }

    subscript(name: String) -> String? { values[name] }

    /// A plain whole number in range that may be missing.
    func number(_ name: String, in range: ClosedRange<Int64>) throws(APIError) -> Int64? {
        guard let text = values[name] else { return nil }
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isPlain, let number = Int64(text), range.contains(number) else {
            throw .bad(name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// One of some words that may be missing: its place among them.
    func word(_ name: String, of words: [String]) throws(APIError) -> Int? {
        guard let text = values[name] else { return nil }
        guard let place = words.firstIndex(of: text) else {
            throw .bad(name, "one of " + words.joined(separator: ", "))
        }
        return place
    }
}
