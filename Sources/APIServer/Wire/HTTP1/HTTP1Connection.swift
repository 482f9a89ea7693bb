/// The server's end of one HTTP/1.1 connection: bytes in, requests and bytes out. It does no I/O.
///
///     startLine ─▶ fields ─▶ body | chunks ─▶ trailers ─▶ answering ─▶ startLine | finished
///                                                            ├─ 101 ─▶ switched
///                                                            └─ streaming ─▶ startLine | finished
///
/// One request is out at a time: what follows it is kept, unread, until it is answered.
///
/// Source: RFC 9112.
public struct HTTP1Connection: Sendable {
    enum State: Hashable, Sendable {
        case startLine
        case fields
        case body(left: Int)
        case chunkSize
        case chunkData(left: Int)
        case chunkEnd
        case trailers
        case answering
        /// The head of the answer is out, its body is still coming.
        case streaming
        case switched
        case finished
    }

    /// What is sent when a client expects leave to send its body.
    public static let continueBytes = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    var state = State.startLine
    let maxima: HTTP1Maxima
    var head = RequestHead(method: .get)
    var body: [UInt8] = []
    /// How much of the body has come, and how much may; whether it is only counted.
    var bodyCount = 0
    var bodyMaximum = 0
    var isCounted = false
    /// Bytes of the field section, of the trailers and of chunk extensions so far.
    var sectionBytes = 0
    var fieldCount = 0
    var skippedEmptyLine = false
    /// Whether the connection ends with the request that is being read or answered.
    var endsAfterThis = false
    var isHTTP10 = false

    /// Bytes that came and are not used up, from `keptStart` on.
    private var kept: [UInt8] = []
    private var keptStart = 0
    /// How much of the unused bytes is known to hold no line feed.
    var scanned = 0

    public init(maxima: HTTP1Maxima) { self.maxima = maxima }

    /// Whether the connection is to be closed once what was written has left.
    public var isFinished: Bool { state == .finished }

    /// Whether no part of a request has come and none is being answered.
    public var isIdle: Bool { state == .startLine && keptStart == kept.count }

    /// Whether the owner should stop reading until the request that is out is answered: the client
    /// has sent another behind it already.
    public var isPaused: Bool { isBusy && keptStart < kept.count }

    /// Whether an answer is being sent piece by piece.
    public var isStreaming: Bool { state == .streaming }

    /// Whether a request is out, so that what follows it has to wait.
    private var isBusy: Bool { state == .answering || state == .streaming }

    /// Consumes bytes from the peer and adds what they meant.
    public mutating func receive(_ bytes: Span<UInt8>, into events: inout [HTTPEvent]) {
        if state == .finished { return }
        guard keptStart == kept.count, !isBusy, state != .switched else {
            return keep(bytes, into: &events)
        }
        let used = parse(bytes, into: &events)
        if state != .finished { kept.append(bytes.extracting(droppingFirst: used)) }
    }

    /// Goes on with what was kept while a request was being answered.
    public mutating func resume(into events: inout [HTTPEvent]) {
        guard keptStart < kept.count, !isBusy, state != .switched else { return }
        let used: Int
        do {
            let bytes = kept
            used = parse(bytes.span.extracting(droppingFirst: keptStart), into: &events)
        }
        forget(used)
    }

    /// Writes the answer to the request, or to the refusal, that is out.
    public mutating func respond(
        _ response: Response, date: HTTPDate, into output: inout [UInt8]
    ) {
        precondition(state == .answering, "Invariant: an answer belongs to a request that is out")
        let response = response.checked(
            mayConnect: response.status == 101 || response.status == 426)
        let switches = response.status == 101
        let isHead = head.method == .head
        let writer = HTTP1ResponseWriter(
            date: date, closes: endsAfterThis && !switches, isHead: isHead, isChunked: !isHTTP10)
        writer.append(response, to: &output)
        if response.body.isStream && response.allowsBody && !isHead {
            state = .streaming
        } else {
            state = switches ? .switched : endsAfterThis ? .finished : .startLine
            reset()
        }
    }

    /// Writes the next piece of an answer that is sent piece by piece. Source: RFC 9112, section 7.1.
    public mutating func send(_ piece: [UInt8], into output: inout [UInt8]) {
        precondition(state == .streaming, "Invariant: a piece belongs to an answer that is out")
        // An empty chunk would be the last.
        if piece.isEmpty { return }
        if isHTTP10 { return output.append(contentsOf: piece) }
        output.append(contentsOf: String(piece.count, radix: 16).utf8)
        output.append("\r\n")
        output.append(contentsOf: piece)
        output.append("\r\n")
    }

    /// Ends an answer that was sent piece by piece.
    public mutating func finishStream(into output: inout [UInt8]) {
        precondition(state == .streaming, "Invariant: only an answer that is out can end")
        if !isHTTP10 { output.append("0\r\n\r\n") }
        state = endsAfterThis ? .finished : .startLine
        reset()
    }

    /// Hands over the bytes that followed an upgrade: from here on they belong to WebSocket, and so
    /// does everything the peer sends.
    public mutating func switchProtocol() -> [UInt8] {
        precondition(state == .switched, "Invariant: a protocol is switched after a 101")
        state = .finished
        let rest = Array(kept[keptStart...])
        forget(rest.count)
        return rest
    }

    /// Ends the connection with the request that is being read or answered, or at once.
    public mutating func shutdown() {
        endsAfterThis = true
        if isIdle { state = .finished }
    }

    private mutating func keep(_ bytes: Span<UInt8>, into events: inout [HTTPEvent]) {
        if isBusy, kept.count - keptStart + bytes.count > maxima.pipeline {
            endsAfterThis = true
            return
        }
        kept.append(bytes)
        resume(into: &events)
    }

    private mutating func forget(_ count: Int) {
        keptStart += count
        if keptStart == kept.count {
            kept.removeAll(keepingCapacity: false)
            keptStart = 0
        } else if keptStart > kept.count / 2 {
            kept.removeFirst(keptStart)
            keptStart = 0
        }
    }

    private mutating func reset() {
        head = RequestHead(method: .get)
        (body, bodyCount) = ([], 0)
        (sectionBytes, fieldCount, scanned) = (0, 0, 0)
        (skippedEmptyLine, isHTTP10) = (false, false)
    }

    /// Reads as far as the bytes and the state allow. Returns how many bytes were used up.
    private mutating func parse(_ bytes: Span<UInt8>, into events: inout [HTTPEvent]) -> Int {
        var reader = HTTP1Reader(position: 0)
        do throws(WireError) {
            while try step(bytes, &reader, into: &events) {}
        } catch {
            endsAfterThis = true
            state = .answering
            events.append(.refused(error, stream: 0))
        }
        return reader.position
    }
}
