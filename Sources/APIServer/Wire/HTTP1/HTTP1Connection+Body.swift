extension HTTP1Connection {
    enum BodyLength {
        case none
        case counted(Int)
        case chunked
    }

    /// How the end of the body is found. Two ways at once, or an unclear one, are refused: another
    /// server on the way might see the end elsewhere. Source: RFC 9112, sections 6.1 to 6.3.
    func bodyLength() throws(WireError) -> BodyLength {
        let lengths = head.fields.count(of: "content-length")
        let codings = head.fields.count(of: "transfer-encoding")
        if codings > 0 {
            if lengths > 0 || isHTTP10 || codings > 1 { throw .framingAmbiguous }
            try checkTransferEncoding()
            return .chunked
        }
        if lengths == 0 { return .none }
        if lengths > 1 { throw .framingAmbiguous }
        return .counted(try contentLength())
    }

    private func checkTransferEncoding() throws(WireError) {
        let value = head.fields.bytes(of: "transfer-encoding") ?? []
        if Bytes.equalIgnoringCase(value.span, "chunked") { return }
        let parts = value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        let names = parts.map { part in
            part.drop(while: Bytes.isBlank).reversed().drop(while: Bytes.isBlank).reversed()
                .map(Bytes.lowercase)
        }
        let chunked = Array("chunked".utf8)
        let endsOnce = names.last == chunked && names.count { $0 == chunked } == 1
        throw endsOnce ? .transferCodingUnknown : .framingAmbiguous
    }

    private func contentLength() throws(WireError) -> Int {
        let digits = head.fields.bytes(of: "content-length") ?? []
        guard !digits.isEmpty, digits.allSatisfy(Bytes.isDigit) else { throw .lengthInvalid }
        var length = 0
        for digit in digits {
            length = length * 10 + Int(digit - 0x30)
            if length > bodyMaximum { throw .bodyTooLong }
        }
        return length
    }

    mutating func readBody(
        _ left: Int, _ bytes: Span<UInt8>, _ reader: inout HTTP1Reader,
        into events: inout [HTTPEvent]
    ) -> Bool {
        let taken = reader.take(left, of: bytes)
        if taken.isEmpty { return false }
        keep(bytes.extracting(taken))
        state = .body(left: left - taken.count)
        if taken.count == left { finish(into: &events) }
        return true
    }

    private mutating func keep(_ part: Span<UInt8>) {
        bodyCount += part.count
        if !isCounted { body.append(part) }
    }

    /// `size [; extension] CRLF`, the size in hexadecimal. Source: RFC 9112, section 7.1.
    mutating func readChunkSize(
        _ bytes: Span<UInt8>, _ reader: inout HTTP1Reader
    ) throws(WireError) -> Bool {
        guard
            let line = try reader.line(
                bytes, scanned: &scanned, maximum: maxima.fieldSection, tooLong: .chunkInvalid)
        else { return false }
        var (size, index) = (0, line.lowerBound)
        while index < line.upperBound, let digit = Bytes.hexadecimal(bytes[index]) {
            size = size << 4 | Int(digit)
            if size > bodyMaximum - bodyCount { throw .bodyTooLong }
            index += 1
        }
        // Zeros in front say nothing: a size has no more digits than a word of 64 bits.
        guard 1...16 ~= index - line.lowerBound else { throw .chunkInvalid }
        try checkExtension(bytes, index..<line.upperBound)
        state = size == 0 ? .trailers : .chunkData(left: size)
        if size == 0 { sectionBytes = 0 }
        return true
    }

    /// Extensions mean nothing here; all of a body's together have the maximum of a field section.
    private mutating func checkExtension(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(WireError) {
        guard let first = range.first else { return }
        sectionBytes += range.count
        guard bytes[first] == UInt8(ascii: ";"), sectionBytes <= maxima.fieldSection else {
            throw .chunkInvalid
        }
        for index in range where !Characters.isFieldValue(bytes[index]) { throw .chunkInvalid }
    }

    mutating func readChunkData(
        _ left: Int, _ bytes: Span<UInt8>, _ reader: inout HTTP1Reader
    ) -> Bool {
        let taken = reader.take(left, of: bytes)
        if taken.isEmpty { return false }
        keep(bytes.extracting(taken))
        state = taken.count == left ? .chunkEnd : .chunkData(left: left - taken.count)
        return true
    }

    mutating func readChunkEnd(
        _ bytes: Span<UInt8>, _ reader: inout HTTP1Reader
    ) throws(WireError) -> Bool {
        guard
            let line = try reader.line(
                bytes, scanned: &scanned, maximum: 0, tooLong: .chunkInvalid)
        else { return false }
        guard line.isEmpty else { throw .chunkInvalid }
        state = .chunkSize
        return true
    }

    /// Trailers are checked and dropped: nothing here depends on one. Source: RFC 9110, 6.5.1.
    mutating func readTrailer(
        _ bytes: Span<UInt8>, _ reader: inout HTTP1Reader, into events: inout [HTTPEvent]
    ) throws(WireError) -> Bool {
        guard let line = try fieldLine(bytes, &reader) else { return false }
        if line.isEmpty {
            finish(into: &events)
        } else {
            _ = try Self.split(bytes, line)
        }
        return true
    }
}
