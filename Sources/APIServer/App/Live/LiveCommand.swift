import Domain

/// What a reader of the live stream says.
enum LiveCommand: Hashable, Sendable {
    /// Where in a topic a reader has got to.
    struct Place: Hashable, Sendable {
        let epoch: UInt64
        let sequence: UInt64
    }

    case subscribe(Topic, after: Place?)
    case unsubscribe(Topic)

    /// A message that could not be understood: an answer, not a reason to disconnect.
    struct Refusal: Error, Hashable {
        let code: StaticCode
        let message: String

        enum StaticCode: String, Hashable {
            case badJSON = "bad_json"
            case badOperation = "bad_op"
            case unknownTopic = "unknown_topic"
            case badAfter = "bad_after"
        }

        /// The message to the reader.
        var json: [UInt8] {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("code")
            writer.string(code.rawValue)
            writer.key("kind")
            writer.string("error" as StaticString)
            writer.key("message")
            writer.string(message)
            writer.endObject()
            return writer.bytes
        }
    }

    static func parse(_ bytes: [UInt8]) throws(Refusal) -> LiveCommand {
        let json: JSON
        do { json = try JSON.parse(bytes) } catch {
            throw Refusal(code: .badJSON, message: "not JSON: \(error)")
        }
        let operation = json["op"]?.text ?? ""
        guard operation == "subscribe" || operation == "unsubscribe" else {
            throw Refusal(
                code: .badOperation, message: #""op" must be "subscribe" or "unsubscribe""#)
        }
        guard let topic = Topic.allCases.first(where: { $0.name == json["topic"]?.text }) else {
            let names = Topic.allCases.map(\.name).joined(separator: ", ")
            throw Refusal(code: .unknownTopic, message: #""topic" must be one of "# + names)
        }
        if operation == "unsubscribe" { return .unsubscribe(topic) }
        return .subscribe(topic, after: try place(json["after"]))
    }

    private static func place(_ json: JSON?) throws(Refusal) -> Place? {
        guard let json, json != .null else { return nil }
        guard let epoch = json["epoch"]?.integer, let sequence = json["seq"]?.integer,
            epoch >= 0, sequence >= 0
        else {
            throw Refusal(
                code: .badAfter, message: #""after" must be {"epoch": …, "seq": …}, both ≥ 0"#)
        }
        return Place(epoch: UInt64(epoch), sequence: UInt64(sequence))
    }
}
