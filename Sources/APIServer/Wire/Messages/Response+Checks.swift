extension Response {
    /// Whether the response may have a body at all. Source: RFC 9110, sections 15.2, 15.3.5, 15.4.5.
    var allowsBody: Bool { status >= 200 && status != 204 && status != 304 }

    /// This response, or a bare 500 in its place when writing it would break the framing: a line
    /// break in a value, a name that is no token, a field that the writer adds itself.
    ///
    /// - Parameter mayConnect: whether `connection` may stand in it: beside `upgrade` in HTTP/1.1.
    func checked(mayConnect: Bool) -> Response {
        guard (100...599).contains(status),
            fields.allSatisfy({ $0.isSound(mayConnect: mayConnect) })
        else {
            var bare = Response(status: 500)
            bare.mark = mark
            return bare
        }
        return self
    }
}

extension ResponseField {
    fileprivate func isSound(mayConnect: Bool) -> Bool {
        if case .text(let value) = value, !value.utf8.allSatisfy(Characters.isFieldValue) {
            return false
        }
        switch name {
        case .constant(let name): return !Self.isReserved(name, mayConnect)
        case .text(let name):
            return !name.isEmpty
                && name.utf8.allSatisfy { Characters.isToken($0) && Bytes.lowercase($0) == $0 }
                && !["connection", "content-length", "date", "transfer-encoding"].contains(name)
        }
    }

    /// Names that only the writer uses; `connection` belongs to the handler of an upgrade.
    private static func isReserved(_ name: StaticString, _ mayConnect: Bool) -> Bool {
        name.withUTF8Buffer { name in
            let span = unsafe Span(_unsafeElements: name)
            return switch span.count {
            case 4: Bytes.equal(span, "date")
            case 10: Bytes.equal(span, "connection") && !mayConnect
            case 14: Bytes.equal(span, "content-length")
            case 17: Bytes.equal(span, "transfer-encoding")
            default: false
            }
        }
    }
}
