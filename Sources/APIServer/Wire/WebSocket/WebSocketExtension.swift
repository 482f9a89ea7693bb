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
            // A list may have empty places. Source: RFC 9110, section 5.6.1.
            while reader.take(",") {}
            if reader.rest.isEmpty { break }
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
        return reader.rest.isEmpty && !members.isEmpty ? members : nil
    }

    /// Whether every field of this name keeps to its grammar: one that does not fails the handshake.
    static func areSound(in fields: HeaderBlock) -> Bool {
        fields.allSatisfy { field in
            !field.name.elementsEqual("sec-websocket-extensions".utf8) || parse(field.value) != nil
        }
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

        /// A quoted value has to be a token once quotes and escapes are gone.
        mutating func quoted() -> String? {
            guard rest.first == UInt8(ascii: "\"") else { return nil }
            var (text, left): ([UInt8], ArraySlice<UInt8>) = ([], rest.dropFirst())
            while let byte = left.popFirst(), byte != UInt8(ascii: "\"") {
                let plain = byte == UInt8(ascii: "\\") ? left.popFirst() : byte
                guard let plain, Characters.isToken(plain) else { return nil }
                text.append(plain)
            }
            guard !text.isEmpty, left.startIndex > rest.startIndex,
                rest[left.startIndex - 1] == UInt8(ascii: "\"")
            else { return nil }
            rest = left
            return Bytes.text(text)
        }

        private mutating func skipBlanks() { rest = rest.drop(while: Bytes.isBlank) }
    }
}
