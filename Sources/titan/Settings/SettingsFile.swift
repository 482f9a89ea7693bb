import Domain
import Platform

/// A configuration file: one JSON object, its members named like the settings.
enum SettingsFile {
    /// The members as text, in the order of the file.
    static func read(_ path: String) throws(SettingError) -> [(key: String, value: String)] {
        let bytes: [UInt8]
        do { bytes = try Files.read(path) } catch {
            throw wrong(path, "\(error)", "a file that can be read")
        }
        let json: JSON
        do { json = try JSON.parse(bytes) } catch { throw wrong(path, "\(error)", "JSON") }
        guard let members = json.members else { throw wrong(path, "no object", "a JSON object") }
        var values: [(key: String, value: String)] = []
        for member in members {
            switch member.value {
            case .string(let text), .number(let text): values.append((member.name, text))
            case .bool(let value): values.append((member.name, "\(value)"))
            default:
                throw SettingError(
                    key: member.name, value: "a list, an object or null",
                    expected: "a text or a number", source: "file \(path)")
            }
        }
        return values
    }

    private static func wrong(_ path: String, _ what: String, _ expected: String) -> SettingError {
        SettingError(key: "config", value: what, expected: expected, source: "file \(path)")
    }
}
