import CNGHTTP2

/// Answers that are sent piece by piece, and streams that became ways for bytes.
extension HTTP2Session {
    /// Queues the next piece of an answer. `false` when the client has given it up.
    @discardableResult
    public mutating func send(
        _ piece: [UInt8], stream id: Int32, at now: Int64 = 0
    ) throws(HTTP2Error) -> Bool {
        guard let stream = streaming(id) else { return false }
        if stream.outgoing.isEmpty {
            stream.deadline = now + inbox.maxima.answerMicroseconds(bytes: inbox.untakenBytes)
        }
        stream.outgoing.append(piece)
        inbox.untakenBytes += piece.count
        try resume(stream)
        return true
    }

    /// Ends an answer after what is queued of it.
    public mutating func finishStream(_ id: Int32) throws(HTTP2Error) {
        guard let stream = streaming(id) else { return }
        stream.outgoing.isLast = true
        stream.stage = .answered
        try resume(stream)
    }

    /// Ends a stream at once, with an error code of RFC 9113, section 7.
    public mutating func reset(_ id: Int32, code: UInt32) throws(HTTP2Error) {
        guard let stream = streaming(id) else { return }
        stream.stage = .answered
        try HTTP2Error.check(
            unsafe nghttp2_submit_rst_stream(
                session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code))
    }

    /// Bytes queued on a stream that the client's windows have not let out.
    public func untaken(_ id: Int32) -> Int { streaming(id)?.outgoing.count ?? 0 }

    /// What came for a tunnel before it was answered, and whether that was all.
    public mutating func takeEarly(_ id: Int32) -> (bytes: [UInt8], isEnd: Bool) {
        guard let stream = streaming(id) else { return ([], false) }
        defer { stream.body = [] }
        return (stream.body, stream.isComplete)
    }

    private func streaming(_ id: Int32) -> HTTP2Stream? {
        guard let place = unsafe nghttp2_session_get_stream_user_data(session, id),
            let stream = inbox.places[Int(bitPattern: place) - 1], stream.stage == .streaming
        else { return nil }
        return stream
    }

    private func resume(_ stream: HTTP2Stream) throws(HTTP2Error) {
        guard stream.isDeferred else { return }
        stream.isDeferred = false
        try HTTP2Error.check(unsafe nghttp2_session_resume_data(session, stream.id))
    }
}
