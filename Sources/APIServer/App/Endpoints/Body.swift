import Domain
import Platform
import Wire

/// A JSON body: an object that has these members and no others.
struct Body {
    private let json: JSON

    /// 415 for another content type; 400 for what is not such an object, naming what and where.
    init(_ request: Request, members known: [String]) throws(APIError) {
        guard Self.isJSON(request.fields["content-type"]) else {
            throw APIError(
                .unsupportedType, code: "not_json",
                message: "content-type: expected application/json")
        }
        do { json = try JSON.parse(request.body) } catch {
            throw .bad("body", "JSON, but \(error)")
        }
        guard let members = json.members else { throw .bad("body", "a JSON object") }
        for member in members where !known.contains(member.name) {
            throw .bad(member.name, "no such member; there are " + known.joined(separator: ", "))
        }
    }

    /// A text of so many characters that must be there.
    func text(_ name: String, maximum: Int) throws(APIError) -> String {
        guard let text = json[name]?.text, (1...maximum).contains(text.unicodeScalars.count) else {
            throw .bad(name, "a text of 1 to \(maximum) characters")
        }
        return text
    }

    /// A whole number ≥ 0 that may be missing.
    func count(_ name: String) throws(APIError) -> UInt64? {
        guard let value = json[name] else { return nil }
        guard let number = value.integer, (0..<1 << 53).contains(number) else {
            throw .bad(name, "a whole number from 0 to 2^53 - 1")
        }
        return UInt64(number)
    }

    private static func isJSON(_ type: String?) -> Bool {
        guard let media = type?.split(separator: ";").first else { return false }
        return media.filter { $0 != " " && $0 != "\t" }.lowercased() == "application/json"
    }
}
