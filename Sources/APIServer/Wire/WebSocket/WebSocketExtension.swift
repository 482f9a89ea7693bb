/// One member of `Sec-WebSocket-Extensions`. Source: RFC 6455, section 9.1.
struct WebSocketExtension: Hashable {
    let name: String
    /// In their order; a name may come twice.
    var parameters: [Parameter] = []

    struct Parameter: Hashable {
        let name: String
        let value: String?
    }

    /// The members of one field; `nil` when it is malformed.
    static func parse(_ field: ArraySlice<UInt8>) -> [WebSocketExtension]? {
        var reader = Reader(rest: field)
        var members: [WebSocketExtension] = []
        repeat {
            guard let name = reader.token() else { return nil }
            var member = WebSocketExtension(name: name)
            while reader.take(";") {
                guard let name = reader.token() else { return nil }
                var value: String?
                if reader.take("=") {
                    value = reader.quoted() ?? reader.token()
                    if value == nil { return nil }
                }
                member.parameters.append(Parameter(name: name, value: value))
            }
            members.append(member)
        } while reader.take(",")
        return reader.rest.isEmpty ? members : nil
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            skipBlanks()
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            skipBlanks()
            return true
        }

        mutating func token() -> String? {
            skipBlanks()
            let token = rest.prefix(while: Characters.isToken)
            rest = rest[token.endIndex...]
            skipBlanks()
            return token.isEmpty ? nil : Bytes.text(token).lowercased()
        }

        /// A quoted value has to be a token once its quotes are gone.
        mutating func quoted() -> String? {
            guard rest.first == UInt8(ascii: "\"") else { return nil }
            let inside = rest.dropFirst().prefix { $0 != UInt8(ascii: "\"") }
            guard inside.endIndex < rest.endIndex, !inside.isEmpty,
                inside.allSatisfy(Characters.isToken)
            else { return nil }
            rest = rest[(inside.endIndex + 1)...]
            return Bytes.text(inside)
        }

        private mutating func skipBlanks() { rest = rest.drop(while: Bytes.isBlank) }
    }
}
