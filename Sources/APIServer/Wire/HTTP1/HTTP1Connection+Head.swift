extension HTTP1Connection {
    /// Reads one part of a request. `false` when more bytes, or an answer, are needed to go on.
    mutating func step(
        _ bytes: Span<UInt8>, _ reader: inout HTTP1Reader, into events: inout [HTTPEvent]
    ) throws(WireError) -> Bool {
        switch state {
        case .startLine: try readStartLine(bytes, &reader)
        case .fields: try readField(bytes, &reader, into: &events)
        case .body(let left): readBody(left, bytes, &reader, into: &events)
        case .chunkSize: try readChunkSize(bytes, &reader)
        case .chunkData(let left): readChunkData(left, bytes, &reader)
        case .chunkEnd: try readChunkEnd(bytes, &reader)
        case .trailers: try readTrailer(bytes, &reader, into: &events)
        case .answering, .streaming, .switched, .finished: false
        }
    }

    /// Hands the request out.
    mutating func finish(into events: inout [HTTPEvent]) {
        state = .answering
        head.isHTTP10 = isHTTP10
        events.append(.request(Request(head: head, body: body, count: bodyCount, stream: 0)))
        body = []
    }

    private mutating func readStartLine(
        _ bytes: Span<UInt8>, _ reader: inout HTTP1Reader
    ) throws(WireError) -> Bool {
        guard
            let line = try reader.line(
                bytes, scanned: &scanned, maximum: maxima.requestLine, tooLong: .requestLineTooLong)
        else { return false }
        if line.isEmpty {
            // A client may end a body with a line too many. Source: RFC 9112, section 2.2.
            if skippedEmptyLine { throw .requestLineMalformed }
            skippedEmptyLine = true
            return true
        }
        head.fields.reserve(bytes: min(bytes.count - line.lowerBound, 2_048), fields: 16)
        try parseRequestLine(bytes.extracting(line))
        state = .fields
        return true
    }

    private mutating func readField(
        _ bytes: Span<UInt8>, _ reader: inout HTTP1Reader, into events: inout [HTTPEvent]
    ) throws(WireError) -> Bool {
        guard let line = try fieldLine(bytes, &reader) else { return false }
        if line.isEmpty {
            try finishHead(into: &events)
        } else {
            let (name, value) = try Self.split(bytes, line)
            head.fields.append(name: bytes.extracting(name), value: bytes.extracting(value))
        }
        return true
    }

    /// One line of the field section or of the trailers, counted against their maximum.
    mutating func fieldLine(
        _ bytes: Span<UInt8>, _ reader: inout HTTP1Reader
    ) throws(WireError) -> Range<Int>? {
        let line = try reader.line(
            bytes, scanned: &scanned, maximum: maxima.fieldSection - sectionBytes,
            tooLong: .fieldSectionTooLong)
        guard let line, !line.isEmpty else { return line }
        sectionBytes += line.count
        fieldCount += 1
        if fieldCount > maxima.fields { throw .fieldSectionTooLong }
        return line
    }

    /// Where a field line's name and value are. Source: RFC 9112, section 5.
    static func split(
        _ bytes: Span<UInt8>, _ line: Range<Int>
    ) throws(WireError) -> (name: Range<Int>, value: Range<Int>) {
        if Bytes.isBlank(bytes[line.lowerBound]) { throw .foldedField }
        var colon = line.lowerBound
        while colon < line.upperBound, Characters.isToken(bytes[colon]) { colon += 1 }
        guard colon > line.lowerBound, colon < line.upperBound, bytes[colon] == UInt8(ascii: ":")
        else { throw .fieldNameInvalid }
        let value = Bytes.trimmed(bytes, in: (colon + 1)..<line.upperBound)
        guard Characters.areFieldValue(bytes.extracting(value)) else { throw .fieldValueInvalid }
        return (line.lowerBound..<colon, value)
    }

    private mutating func finishHead(into events: inout [HTTPEvent]) throws(WireError) {
        try checkHost()
        endsAfterThis = endsAfterThis || isHTTP10 || head.fields.lists("close", in: "connection")
        isCounted = maxima.counted?.takes(head.fields.slice(head.path)) == true
        bodyMaximum = isCounted ? maxima.counted!.bytesMaximum : maxima.body
        let length = try bodyLength()
        let expects = !isHTTP10 && head.fields.lists("100-continue", in: "expect")
        switch length {
        case .none: return finish(into: &events)
        case .counted(0): return finish(into: &events)
        case .counted(let count):
            if !isCounted { body.reserveCapacity(min(count, 65_536)) }
            state = .body(left: count)
        case .chunked:
            (sectionBytes, fieldCount) = (0, 0)
            state = .chunkSize
        }
        if expects { events.append(.continueExpected) }
    }

    /// Exactly one `Host` in HTTP/1.1; an absolute target overrides it.
    ///
    /// Source: RFC 9112, sections 3.2 and 3.2.2.
    private mutating func checkHost() throws(WireError) {
        let count = head.fields.count(of: "host")
        guard count == 1 || count == 0 && isHTTP10 else { throw .hostMissing }
        guard let host = head.fields.first("host") else { return }
        guard Authority.isSound(head.fields.slice(host)) else { throw .hostInvalid }
        if head.authority.isEmpty { head.authority = host }
    }
}
