import CNGHTTP2

/// The server's end of one HTTP/2 connection: bytes in, requests and bytes out. It does no I/O.
///
/// nghttp2 forbids receiving or sending from inside its callbacks. So the callbacks only note what
/// they are told, and `receive` and `drain` are `mutating`: Swift's own exclusivity check stops
/// whoever re-enters them all the same.
///
/// Source: RFC 9113; nghttp2 1.52, programmers' guide.
@safe public struct HTTP2Session: ~Copyable {
    let session: OpaquePointer
    let inbox: HTTP2Inbox
    private let memory: HTTP2Memory
    private let list = NameValueList()

    /// A session whose first `drain` writes our settings.
    ///
    /// - Parameter memory: Where nghttp2 has its own; shared by the sessions of one thread.
    public init(
        maxima: HTTP2Maxima, memory: HTTP2Memory = HTTP2Memory()
    ) throws(HTTP2Error) {
        let inbox = HTTP2Inbox(maxima: maxima)
        let session = try unsafe HTTP2Setup.session(for: inbox, in: memory)
        do throws(HTTP2Error) {
            try unsafe HTTP2Setup.submitSettings(session, maxima)
        } catch {
            unsafe nghttp2_session_del(session)
            throw error
        }
        unsafe self.session = session
        (self.inbox, self.memory) = (inbox, memory)
    }

    deinit { unsafe nghttp2_session_del(session) }

    /// Whether the connection is to be closed: everything is said, in both directions.
    public var isFinished: Bool {
        unsafe nghttp2_session_want_read(session) == 0
            && nghttp2_session_want_write(session) == 0
    }

    /// Whether `drain` has something to write now.
    public var wantsWrite: Bool { unsafe nghttp2_session_want_write(session) != 0 }

    /// Whether no request is being read or answered.
    public var isIdle: Bool { inbox.count == 0 }

    /// Consumes bytes from the peer, which came at `now`, and adds what they meant.
    ///
    /// Errors: the peer does not speak HTTP/2, or floods us. What `drain` still writes tells it so;
    /// then the connection is closed.
    public mutating func receive(
        _ bytes: Span<UInt8>, at now: Int64 = 0, into events: inout [HTTPEvent]
    ) throws(HTTP2Error) {
        inbox.now = now
        if let failure = inbox.failure { throw failure }
        scan(bytes)
        let consumed = unsafe bytes.withUnsafeBufferPointer {
            unsafe nghttp2_session_mem_recv(session, $0.baseAddress, $0.count)
        }
        events.append(contentsOf: inbox.events)
        inbox.events.removeAll(keepingCapacity: true)
        try checkReceived(consumed)
        precondition(consumed == bytes.count, "Invariant: nghttp2 never pauses, so it takes all")
        try letContinue()
        try judge()
        try endAbuse()
        if inbox.departure == .heard { try depart(at: now) }
    }

    /// Queues the answer to a request, or to a refusal. `false` when the client has given it up.
    @discardableResult
    public mutating func respond(
        stream id: Int32, _ response: Response, date: HTTPDate, at now: Int64 = 0
    ) throws(HTTP2Error) -> Bool {
        guard let place = unsafe nghttp2_session_get_stream_user_data(session, id) else {
            return false
        }
        let index = Int(bitPattern: place) - 1
        guard let stream = inbox.places[index], stream.stage == .answering else { return false }
        // An upgrade has no meaning here. Source: RFC 9113, section 8.6.
        let response =
            response.status < 200 ? Response(status: 500) : response.checked(mayConnect: false)
        inbox.cancelled = max(0, inbox.cancelled - 1)
        let streams = response.body.isStream && response.allowsBody && !stream.isHead
        stream.stage = streams ? .streaming : .answered
        stream.outgoing.isLast = !streams
        if response.allowsBody && !stream.isHead { stream.outgoing.append(response.body.bytes) }
        inbox.untakenBytes += stream.outgoing.count
        stream.deadline =
            streams ? .max : now + inbox.maxima.answerMicroseconds(bytes: inbox.untakenBytes)
        let hasBody = streams || !stream.outgoing.isEmpty
        let code = unsafe list.with(response, date: date) { fields, count in
            unsafe submit(id, fields, count, from: hasBody ? index : nil)
        }
        try HTTP2Error.check(code)
        return true
    }

    /// Adds everything that is to be sent, until the output holds `bytesMaximum` or a frame more.
    ///
    /// Shape: side by side, for one write. What then still waits, `wantsWrite` tells.
    public mutating func drain(
        into output: inout [UInt8], bytesMaximum: Int
    ) throws(HTTP2Error) {
        while output.count < bytesMaximum {
            var start: UnsafePointer<UInt8>?
            let count = try HTTP2Error.check(unsafe nghttp2_session_mem_send(session, &start))
            if count == 0 {
                if inbox.unread.isEmpty, inbox.verdicts.isEmpty {
                    inbox.hasNewSettings = false
                    return
                }
                try resetUnread()
                try judge()
                continue
            }
            unsafe output.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
        }
    }

    /// When the first stream has kept us waiting too long, or the client has had its time to hear
    /// that we go; `.max` when nothing is waited for.
    public var deadline: Int64 {
        guard case .announced(let until) = inbox.departure else { return inbox.deadline }
        return min(inbox.deadline, until)
    }

    /// Whether the client has done something that is to be counted.
    public var hasFaults: Bool { !inbox.faults.isEmpty }

    /// What the client has done wrong since this was last asked, and how often.
    public mutating func takeFaults() -> [HTTP2Fault: Int] {
        defer { inbox.faults.removeAll(keepingCapacity: true) }
        return inbox.faults
    }

    /// Gives up the streams whose deadline has passed: what has not come whole is refused, and
    /// what is not taken is reset. Other streams go on.
    public mutating func timeOut(
        at now: Int64, into events: inout [HTTPEvent]
    ) throws(HTTP2Error) {
        try depart(at: now)
        let untaken = inbox.timeOut(now: now)
        events.append(contentsOf: inbox.events)
        inbox.events.removeAll(keepingCapacity: true)
        for id in untaken {
            inbox.note(.stalledWindow)
            try HTTP2Error.check(
                unsafe nghttp2_submit_rst_stream(
                    session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id,
                    UInt32(NGHTTP2_CANCEL.rawValue)))
        }
    }

    private func submit(
        _ id: Int32, _ fields: UnsafePointer<nghttp2_nv>?, _ count: Int, from place: Int?
    ) -> CInt {
        guard let place else {
            return unsafe nghttp2_submit_response(session, id, fields, count, nil)
        }
        var provider = unsafe nghttp2_data_provider()
        unsafe provider.source.fd = CInt(place)
        unsafe provider.read_callback = HTTP2Callbacks.readAnswer
        return unsafe nghttp2_submit_response(session, id, fields, count, &provider)
    }

    /// Tells clients that wait for it to send their bodies. Source: RFC 9110, section 10.1.1.
    private func letContinue() throws(HTTP2Error) {
        for id in inbox.continues {
            let code = unsafe list.with(status: 100) { fields, count in
                unsafe nghttp2_submit_headers(
                    session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, nil, fields, count, nil)
            }
            try HTTP2Error.check(code)
        }
        inbox.continues.removeAll(keepingCapacity: true)
    }

    /// Ends a connection whose client makes work and does not wait for it.
    ///
    /// Source: CVE-2023-44487 and CVE-2025-8671.
    private func endAbuse() throws(HTTP2Error) {
        if inbox.cancelled > inbox.maxima.resetBurst { inbox.exceed(.rapidReset) }
        if inbox.hasExceeded { try end(NGHTTP2_ENHANCE_YOUR_CALM.rawValue) }
    }

    /// nghttp2 gives some connections up without a word: the client is told why.
    private func checkReceived(_ consumed: ssize_t) throws(HTTP2Error) {
        guard consumed < 0 else { return }
        let error = HTTP2Error(code: CInt(consumed))
        inbox.failure = error
        if let flood = error.flood { inbox.exceed(flood) }
        try end(
            inbox.hasExceeded
                ? NGHTTP2_ENHANCE_YOUR_CALM.rawValue : NGHTTP2_PROTOCOL_ERROR.rawValue)
        throw error
    }

    private func scan(_ bytes: Span<UInt8>) {
        inbox.strictness.beginBatch()
        inbox.scanner.scan(bytes) { head in
            if let fault = inbox.floods.frame(head, at: inbox.now) { inbox.exceed(fault) }
            switch UInt32(head.type) {
            case NGHTTP2_DATA.rawValue, NGHTTP2_RST_STREAM.rawValue, NGHTTP2_PRIORITY.rawValue:
                let place = unsafe nghttp2_session_get_stream_user_data(session, head.stream)
                let verdict = inbox.strictness.scan(head, isKnown: unsafe place != nil)
                if verdict != .fine { inbox.verdicts.append((head.stream, verdict)) }
            default: break
            }
        }
    }

    private func judge() throws(HTTP2Error) {
        for (stream, verdict) in inbox.verdicts {
            switch verdict {
            case .fine: break
            case .connectionError(let code): try end(code)
            case .streamError(let code):
                try HTTP2Error.check(
                    unsafe nghttp2_submit_rst_stream(
                        session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, code))
            }
        }
        inbox.verdicts.removeAll(keepingCapacity: true)
    }

    private func end(_ code: UInt32) throws(HTTP2Error) {
        try HTTP2Error.check(unsafe nghttp2_session_terminate_session(session, code))
    }

    private func resetUnread() throws(HTTP2Error) {
        for id in inbox.unread {
            try HTTP2Error.check(
                unsafe nghttp2_submit_rst_stream(
                    session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id,
                    UInt32(NGHTTP2_NO_ERROR.rawValue)))
        }
        inbox.unread.removeAll(keepingCapacity: true)
    }
}
