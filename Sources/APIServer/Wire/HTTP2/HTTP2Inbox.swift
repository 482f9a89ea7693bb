import CNGHTTP2

/// Where nghttp2's callbacks write. A class, because C keeps a pointer to it.
///
/// Streams stand in places that are used again. C is given a stream's place, never a pointer to it,
/// so nothing has to be released when it forgets one.
final class HTTP2Inbox {
    let maxima: HTTP2Maxima
    var scanner = HTTP2FrameScanner()
    var strictness = HTTP2Strictness()
    /// Rules that the client has broken without nghttp2 minding.
    var verdicts: [(stream: Int32, HTTP2Strictness.Verdict)] = []
    /// How much of what costs us work a client may still do.
    var floods: HTTP2Floods
    /// What it has done too much of, or wrong, for the owner's counters.
    var faults: [HTTP2Fault: Int] = [:]
    private(set) var hasExceeded = false
    /// nghttp2 goes on no more.
    var failure: HTTP2Error?
    var departure = HTTP2Departure.staying
    /// Whether the client is to be asked if it has heard the announcement, once that is written.
    var isToAsk = false
    /// Whether settings of the streams' windows have come since everything was written.
    var hasNewWindow = false
    /// What the owner has not been told yet.
    var events: [HTTPEvent] = []
    /// Streams whose client waits for leave to send a body.
    var continues: [Int32] = []
    /// Streams that were answered before the client had sent everything: they are reset.
    var unread: [Int32] = []

    /// Requests that ended before their answers, less those that were answered since. nghttp2 counts
    /// only the resets that a client sends, not those that it provokes.
    var cancelled = 0

    /// The owner's clock, microseconds; what deadlines of streams are counted from.
    var now: Int64 = 0
    /// Bytes of requests that have not come whole.
    private var unfinishedBytes = 0
    /// Bytes of answers that nghttp2 has not asked for.
    var untakenBytes = 0

    private(set) var places: [HTTP2Stream?] = []
    private var free: [Int] = []
    /// The stream whose fields are coming in: a field section is never interrupted.
    var current: HTTP2Stream?

    init(maxima: HTTP2Maxima) {
        self.maxima = maxima
        floods = HTTP2Floods(maxima)
    }

    /// The client has reset a stream. `false` when it does so too often. Source: CVE-2023-44487.
    func wasReset(_ id: Int32) -> Bool {
        strictness.wasResetByPeer(id)
        if floods.reset(at: now) { return true }
        exceed(.rapidReset)
        return false
    }

    func note(_ fault: HTTP2Fault) { faults[fault, default: 0] += 1 }

    /// The client does too much of something: the connection ends. Counted once for each.
    func exceed(_ fault: HTTP2Fault) {
        if !hasExceeded { note(fault) }
        hasExceeded = true
    }

    /// We have told the client of an error.
    func told(_ code: UInt32, stream id: Int32) {
        if let fault = HTTP2Fault(code: code) { note(fault) }
        if id > 0 { strictness.wasResetByUs(id) }
        if code == NGHTTP2_REFUSED_STREAM.rawValue, !floods.refusal(at: now) {
            exceed(.refusedFlood)
            verdicts.append((0, .connectionError(NGHTTP2_ENHANCE_YOUR_CALM.rawValue)))
        }
        // A window that new settings make too large is an error of the connection, for which
        // nghttp2 resets the stream. Source: RFC 9113, section 6.9.2.
        if id > 0, hasNewWindow, code == NGHTTP2_FLOW_CONTROL_ERROR.rawValue {
            verdicts.append((0, .connectionError(code)))
        }
    }

    /// How many streams are open.
    var count: Int { places.count - free.count }

    /// Gives a stream a place. Returns the place.
    func open(_ stream: HTTP2Stream) -> Int {
        stream.deadline = now + maxima.requestMicroseconds
        if let place = free.popLast() {
            places[place] = stream
            return place
        }
        places.append(stream)
        return places.count - 1
    }

    func close(_ place: Int) {
        guard let stream = places[place] else { return }
        switch stream.stage {
        case .answering:
            events.append(.cancelled(stream: stream.id))
            cancelled += 1
        case .streaming: events.append(.cancelled(stream: stream.id))
        case .reading, .answered: break
        }
        unfinishedBytes -= stream.unfinishedBytes
        untakenBytes -= stream.outgoing.count
        if current === stream { current = nil }
        places[place] = nil
        free.append(place)
    }

    /// Adds one field of the stream whose section is coming in.
    func field(name: Span<UInt8>, value: Span<UInt8>) {
        guard let stream = current, stream.stage == .reading else { return }
        stream.fieldBytes += name.count + value.count
        stream.fieldCount += 1
        guard stream.fieldBytes <= maxima.fieldSectionBytes, stream.fieldCount <= maxima.fields
        else {
            if !floods.fieldSection(at: now) { exceed(.fieldSectionFlood) }
            return refuse(stream, .fieldSectionTooLong)
        }
        guard keep(name.count + value.count, of: stream), !stream.inTrailers else { return }
        if name.isEmpty || name[0] != UInt8(ascii: ":") {
            return stream.fields.append(name: name, value: value)
        }
        pseudoField(stream, name, value)
    }

    /// nghttp2 has checked that each comes once and before all others.
    private func pseudoField(_ stream: HTTP2Stream, _ name: Span<UInt8>, _ value: Span<UInt8>) {
        if Bytes.equal(name, ":path") {
            stream.target = stream.fields.keep(value)
        } else if Bytes.equal(name, ":authority") {
            stream.authority = stream.fields.keep(value)
        } else if Bytes.equal(name, ":protocol") {
            stream.protocolName = stream.fields.keep(value)
        } else if Bytes.equal(name, ":method") {
            stream.method = Method(value)
            stream.isHead = stream.method == .head
        }
    }

    /// The field section of a request is complete.
    func headEnded(_ stream: HTTP2Stream) {
        guard stream.stage == .reading, !stream.inTrailers else { return }
        guard let method = stream.method, method != .connect || stream.protocolName != nil else {
            return refuse(stream, .methodUnknown)
        }
        guard hasTarget(stream) else { return refuse(stream, .targetInvalid) }
        guard hasAuthority(stream) else { return refuse(stream, .hostInvalid) }
        stream.isCounted = maxima.counted?.takes(stream.path) == true
        if announcedLength(stream) > bodyMaximum(stream) { return refuse(stream, .bodyTooLong) }
        if method == .connect { return openTunnel(stream) }
        if stream.fields.lists("100-continue", in: "expect") { continues.append(stream.id) }
    }

    /// The request is whole with its head; what follows belongs to whoever answers it.
    ///
    /// Source: RFC 8441, section 4.
    private func openTunnel(_ stream: HTTP2Stream) {
        guard let request = stream.takeRequest() else { return refuse(stream, .targetInvalid) }
        stream.isTunnel = true
        finishReading(stream)
        events.append(.request(request))
    }

    /// nghttp2 has taken bytes of an answer: the client is alive, and has that much more time.
    func taken(_ count: Int, of stream: HTTP2Stream) {
        untakenBytes -= count
        guard stream.stage == .streaming else { return }
        stream.deadline =
            stream.outgoing.isEmpty ? .max : now + maxima.answerMicroseconds(bytes: untakenBytes)
    }

    /// Part of a body. What comes after a refusal is dropped.
    func data(_ stream: HTTP2Stream, _ bytes: Span<UInt8>) {
        if stream.isTunnel { return tunnel(stream, bytes) }
        guard stream.stage == .reading else { return }
        stream.bodyCount += bytes.count
        guard stream.bodyCount <= bodyMaximum(stream) else { return refuse(stream, .bodyTooLong) }
        if stream.isCounted {
            // It comes as fast as it comes; what has come is no reason to wait for ever.
            stream.deadline = now + maxima.requestMicroseconds
        } else if keep(bytes.count, of: stream) {
            stream.body.append(bytes)
        }
    }

    private func bodyMaximum(_ stream: HTTP2Stream) -> Int {
        stream.isCounted ? maxima.counted!.bytesMaximum : maxima.bodyBytes
    }

    /// Bytes of a tunnel; those that come before its answer are kept, as many as a body may have.
    private func tunnel(_ stream: HTTP2Stream, _ bytes: Span<UInt8>) {
        var piece: [UInt8] = []
        piece.append(bytes)
        switch stream.stage {
        case .streaming: events.append(.data(piece, stream: stream.id))
        case .answering:
            // Half of what was said would be worse than nothing.
            guard piece.count <= maxima.bodyBytes - stream.body.count else {
                let code = NGHTTP2_ENHANCE_YOUR_CALM.rawValue
                return verdicts.append((stream.id, .streamError(code)))
            }
            stream.body += piece
        case .reading, .answered: break
        }
    }

    /// Counts bytes of a request that has not come whole. False when they were one too many: the
    /// request is refused.
    private func keep(_ count: Int, of stream: HTTP2Stream) -> Bool {
        guard unfinishedBytes + count <= maxima.unfinishedBytes else {
            refuse(stream, .requestsTooLong)
            return false
        }
        unfinishedBytes += count
        stream.unfinishedBytes += count
        return true
    }

    /// The request has come whole, or is no longer wanted.
    private func finishReading(_ stream: HTTP2Stream) {
        unfinishedBytes -= stream.unfinishedBytes
        stream.unfinishedBytes = 0
        stream.deadline = .max
        stream.stage = .answering
    }

    /// The client has sent everything.
    func completed(_ stream: HTTP2Stream) {
        stream.isComplete = true
        if stream.isTunnel && stream.stage == .streaming {
            return events.append(.ended(stream: stream.id))
        }
        guard stream.stage == .reading else { return }
        guard let request = stream.takeRequest() else { return refuse(stream, .targetInvalid) }
        finishReading(stream)
        events.append(.request(request))
    }

    /// A path, or the asterisk of OPTIONS; nghttp2 lets other schemes name other things.
    private func hasTarget(_ stream: HTTP2Stream) -> Bool {
        guard let target = stream.target.map(stream.fields.slice), let first = target.first,
            target.allSatisfy(Characters.isTarget)
        else { return false }
        let asterisk = UInt8(ascii: "*")
        return first == UInt8(ascii: "/")
            || first == asterisk && target.count == 1 && stream.method == .options
    }

    /// A host, and the same one where it is said twice. Source: RFC 9113, section 8.3.1.
    private func hasAuthority(_ stream: HTTP2Stream) -> Bool {
        let host = stream.fields.bytes(of: "host")
        guard let authority = stream.authority.map(stream.fields.slice) ?? host else { return true }
        return Authority.isSound(authority) && (host ?? authority) == authority
    }

    func refuse(_ stream: HTTP2Stream, _ error: WireError) {
        stream.drop()
        finishReading(stream)
        events.append(.refused(error, stream: stream.id))
    }

    /// nghttp2 has checked that the length is a number.
    private func announcedLength(_ stream: HTTP2Stream) -> Int {
        guard let digits = stream.fields.bytes(of: "content-length") else { return 0 }
        return digits.reduce(0) { min($0 * 10 + Int($1 &- 0x30), 1 << 53) }
    }
}
