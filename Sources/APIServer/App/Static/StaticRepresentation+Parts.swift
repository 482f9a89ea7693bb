import Wire

extension StaticRepresentation {
    /// The answer to who wants parts; `nil` when all of it is to be sent.
    ///
    /// Several parts of a compressed file are not sent: there is no word for the coding of a part.
    func part(_ ranges: ByteRanges) -> Response? {
        switch ranges {
        case .whole: nil
        case .unsatisfiable:
            Response(
                status: 416,
                fields: [ResponseField("content-range", "bytes */\(bytes.count)")] + common)
        case .parts(let parts) where parts.count == 1: single(parts[0])
        case .parts(let parts): coding == .identity ? several(parts) : nil
        }
    }

    private func single(_ part: Range<Int>) -> Response {
        let fields = [type, ResponseField("content-range", position(part))]
        return Response(
            status: 206, fields: fields + [coding.field].compactMap(\.self) + common,
            body: .bytes(Array(bytes[part])))
    }

    /// Source: RFC 9110, sections 14.6 and 15.3.7.2; RFC 2046, section 5.1.1.
    private func several(_ parts: [Range<Int>]) -> Response {
        // The content's digest, which the content cannot have within itself.
        let boundary = String(tag.dropFirst().dropLast())
        var body: [UInt8] = []
        body.reserveCapacity(parts.reduce(128) { $0 + $1.count + 256 })
        for part in parts {
            let head = """
                \r\n--\(boundary)\r\ncontent-type: \(type.value.text)\r\n\
                content-range: \(position(part))\r\n\r\n
                """
            body.append(contentsOf: head.utf8)
            body.append(contentsOf: bytes[part])
        }
        body.append(contentsOf: "\r\n--\(boundary)--\r\n".utf8)
        let type = ResponseField("content-type", "multipart/byteranges; boundary=\(boundary)")
        return Response(status: 206, fields: [type] + common, body: .bytes(body))
    }

    private func position(_ part: Range<Int>) -> String {
        "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(bytes.count)"
    }
}
