import CNGHTTP2

/// The fields of one answer as nghttp2 wants them, in memory that is used again for the next.
///
/// Names and values that are constants of the program are pointed at and never copied.
@safe final class NameValueList {
    private var bytes: UnsafeMutableBufferPointer<UInt8>
    private var used = 0
    private var pairs: [nghttp2_nv] = unsafe []

    init() { unsafe bytes = .allocate(capacity: 1024) }

    deinit { unsafe bytes.deallocate() }

    /// Fills the list with the head of an answer and passes it on.
    func with<Result>(
        _ response: Response, date: HTTPDate,
        _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result
    ) -> Result {
        start(response)
        append(":status", number: response.status)
        for field in response.fields { append(field.name, field.value) }
        if let mark = response.mark { append(mark) }
        append("date", bytes: date.bytes.span)
        if response.allowsBody && !response.body.isStream {
            append("content-length", number: response.body.bytes.count)
        }
        return unsafe pairs.withUnsafeBufferPointer { unsafe body($0.baseAddress, $0.count) }
    }

    /// Fills the list with a status alone, of an answer that is not the last one.
    func with<Result>(
        status: Int, _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result
    ) -> Result {
        start(Response(status: status))
        append(":status", number: status)
        return unsafe pairs.withUnsafeBufferPointer { unsafe body($0.baseAddress, $0.count) }
    }

    /// Makes room for all that will be copied, so that no pointer moves afterwards.
    private func start(_ response: Response) {
        var count = 128
        for field in response.fields { count += Self.copied(field.name) + Self.copied(field.value) }
        if unsafe count > bytes.count {
            unsafe bytes.deallocate()
            unsafe bytes = .allocate(capacity: count)
        }
        used = 0
        unsafe pairs.removeAll(keepingCapacity: true)
    }

    private static func copied(_ text: FieldText) -> Int {
        switch text {
        case .constant(let text): text.hasPointerRepresentation ? 0 : text.utf8CodeUnitCount
        case .text(let text): text.utf8.count
        }
    }

    private func append(_ name: FieldText, _ value: FieldText) {
        // What was made for this response comes once: in the peer's table it would only push out what
        // comes again. Source: RFC 7541, section 7.1.3.
        let isOnce = if case .text = value { true } else { false }
        unsafe append(keep(name), keep(value), isOnce: isOnce)
    }

    private func append(_ mark: ResponseMark) {
        if mark.isPrivate { append(ResponseMark.noStore) }
        if mark.demandsTLS { append(ResponseMark.onlyTLS) }
        append(ResponseMark.noSniff)
        mark.withDigits { digits in
            let value = unsafe digits.span.withUnsafeBufferPointer { unsafe copy($0) }
            unsafe append(keep(.constant(ResponseMark.idName)), value, isOnce: true)
        }
    }

    private func append(_ field: ResponseMark.Field) {
        unsafe append(keep(.constant(field.name)), keep(.constant(field.value)))
    }

    private func append(_ name: StaticString, number: Int) {
        if number == 200 { return unsafe append(keep(.constant(name)), keep("200")) }
        let digits = Decimal(number)
        let span = digits.bytes.span.extracting(digits.start..<20)
        let value = unsafe span.withUnsafeBufferPointer { unsafe copy($0) }
        unsafe append(keep(.constant(name)), value)
    }

    private func append(_ name: StaticString, bytes: Span<UInt8>) {
        let value = unsafe bytes.withUnsafeBufferPointer { unsafe copy($0) }
        unsafe append(keep(.constant(name)), value)
    }

    private typealias Kept = (start: UnsafeMutablePointer<UInt8>, count: Int, isConstant: Bool)

    private func append(_ name: Kept, _ value: Kept, isOnce: Bool = false) {
        var flags = NGHTTP2_NV_FLAG_NONE.rawValue
        if isOnce { flags |= NGHTTP2_NV_FLAG_NO_INDEX.rawValue }
        if unsafe name.isConstant { flags |= NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue }
        if unsafe value.isConstant { flags |= NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue }
        unsafe pairs.append(
            nghttp2_nv(
                name: name.start, value: value.start, namelen: name.count,
                valuelen: value.count, flags: UInt8(flags)))
    }

    private func keep(_ text: FieldText) -> Kept {
        switch text {
        case .constant(let text) where text.hasPointerRepresentation:
            // nghttp2 only reads it; C merely lacks the `const`.
            let start = unsafe UnsafeMutablePointer(mutating: text.utf8Start)
            return unsafe (start, text.utf8CodeUnitCount, true)
        case .constant(let text):
            return text.withUTF8Buffer { unsafe copy($0) }
        case .text(var text):
            return text.withUTF8 { unsafe copy($0) }
        }
    }

    private func copy(_ text: UnsafeBufferPointer<UInt8>) -> Kept {
        precondition(
            unsafe used + text.count <= bytes.count, "Invariant: room was made for every text")
        let start = unsafe bytes.baseAddress! + used
        if let base = text.baseAddress {
            unsafe start.update(from: base, count: text.count)
        }
        used += text.count
        return unsafe (start, text.count, false)
    }
}
