import Domain
import Engine

extension ShelvedDecision {
    /// The decision as JSON. Its checks follow from its question and the policy that its hash names;
    /// a desk that has gone over to another policy cannot show them, and shows none rather than
    /// wrong ones.
    func json(under view: EngineView, binary: String) -> [UInt8] {
        if let json { return json }
        let rendered = record.json(under: view.policy, binary: binary)
        guard record.policyHash != view.policyHash else { return rendered }
        return Self.withoutChecks(rendered)
    }

    private static func withoutChecks(_ rendered: [UInt8]) -> [UInt8] {
        let members: [JSON.Member]
        do { members = try JSON.parse(rendered).members ?? [] } catch {
            preconditionFailure("Invariant: what was encoded decodes: \(error)")
        }
        var json = JSONWriter()
        json.beginObject()
        for member in members {
            json.key(member.name)
            json.value(member.name == "checks" ? .array([]) : member.value)
        }
        json.endObject()
        return json.bytes
    }
}
