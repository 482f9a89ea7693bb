/// Whom a request is for: a host and perhaps a port, without user information.
///
/// Source: RFC 3986, section 3.2; RFC 9110, section 7.2.
enum Authority {
    /// An empty one is sound: it says that the target has no authority.
    static func isSound(_ bytes: ArraySlice<UInt8>) -> Bool {
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let inside = bytes[(bytes.startIndex + 1)..<end]
            return !inside.isEmpty && inside.allSatisfy(isLiteral) && isPort(bytes[(end + 1)...])
        }
        let host = bytes.prefix { $0 != UInt8(ascii: ":") }
        return isName(host) && isPort(bytes[host.endIndex...])
    }

    /// Nothing, or a colon and digits.
    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.isEmpty
            || bytes.first == UInt8(ascii: ":") && bytes.count <= 6
                && bytes.dropFirst().allSatisfy(Bytes.isDigit)
    }

    private static func isLiteral(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") || Bytes.hexadecimal(byte) != nil
    }

    /// Letters of a name, where an escape is a percent sign and two hexadecimal digits.
    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte != UInt8(ascii: "%") else {
                guard let high = rest.popFirst(), Bytes.hexadecimal(high) != nil,
                    let low = rest.popFirst(), Bytes.hexadecimal(low) != nil
                else { return false }
                continue
            }
            guard Characters.isHost(byte) else { return false }
        }
        return true
    }
}
