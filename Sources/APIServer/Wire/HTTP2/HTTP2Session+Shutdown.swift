import CNGHTTP2

/// How far a connection is on its way to its end.
///
/// ```
/// staying ─ shutdown ─▶ announced ─ the client has heard, or time is up ─▶ leaving
/// ```
enum HTTP2Departure: Hashable {
    case staying
    /// The client is told to make no more requests; those under way are still taken.
    case announced(until: Int64)
    /// The client has answered: whatever it sent before has come.
    case heard
    case leaving

    /// What PING carries that asks whether the announcement has been heard.
    static let question = Array("goodbye?".utf8)
}

/// Ending without losing a request. Source: RFC 9113, section 6.8.
extension HTTP2Session {
    /// Announces the end. Requests that are on their way are still taken, for one round trip or
    /// `noticeMicroseconds`; those that were taken are all answered.
    public mutating func shutdown(at now: Int64) throws(HTTP2Error) {
        guard inbox.departure == .staying else { return }
        inbox.departure = .announced(until: now + inbox.maxima.noticeMicroseconds)
        try HTTP2Error.check(unsafe nghttp2_submit_shutdown_notice(session))
        let question = HTTP2Departure.question
        let none = UInt8(NGHTTP2_FLAG_NONE.rawValue)
        try HTTP2Error.check(
            unsafe question.withUnsafeBufferPointer {
                unsafe nghttp2_submit_ping(session, none, $0.baseAddress)
            })
    }

    /// Takes no more requests once the client has heard, or has had its time.
    mutating func depart(at now: Int64) throws(HTTP2Error) {
        switch inbox.departure {
        case .staying, .leaving: return
        case .announced(let until): if now < until { return }
        case .heard: break
        }
        inbox.departure = .leaving
        let last = unsafe nghttp2_session_get_last_proc_stream_id(session)
        try HTTP2Error.check(
            unsafe nghttp2_submit_goaway(
                session, UInt8(NGHTTP2_FLAG_NONE.rawValue), last,
                UInt32(NGHTTP2_NO_ERROR.rawValue), nil, 0))
    }
}
