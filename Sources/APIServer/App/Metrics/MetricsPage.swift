import Domain

/// Writes the text that Prometheus reads. Source: its exposition formats, text format 0.0.4.
struct MetricsPage {
    enum Kind: String {
        case counter
        case gauge
    }

    private(set) var text = ""

    /// Begins a family: what follows until the next one belongs to it.
    mutating func family(_ name: StaticString, _ kind: Kind, _ help: StaticString) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// A family of one figure.
    mutating func single(
        _ name: StaticString, _ kind: Kind, _ help: StaticString, _ value: some BinaryInteger
    ) {
        family(name, kind, help)
        sample(name, [:], value)
    }

    mutating func sample(
        _ name: StaticString, _ labels: KeyValuePairs<StaticString, String>,
        _ value: some BinaryInteger
    ) {
        write(name, labels, String(value))
    }

    /// A figure in units of 10⁻⁸.
    mutating func decimal(_ name: StaticString, _ units: Int64) {
        write(name, [:], Decimal8.text(units))
    }

    private mutating func write(
        _ name: StaticString, _ labels: KeyValuePairs<StaticString, String>, _ value: String
    ) {
        text += "\(name)"
        if !labels.isEmpty {
            let list = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
            text += "{" + list.joined(separator: ",") + "}"
        }
        text += " " + value + "\n"
    }

    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
