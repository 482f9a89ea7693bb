import CNGHTTP2

/// What nghttp2 calls. Each callback notes what it was told in the inbox, and that is all.
///
/// The context pointer is the inbox, which the session owns and outlives no callback.
/// Source: nghttp2 1.52, programmers' guide, "Remarks".
enum HTTP2Callbacks {
    static func install(into callbacks: OpaquePointer?) {
        unsafe nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, onBeginFrame)
        unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, onBeginHeaders)
        unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks, onHeader)
        unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, onFrame)
        unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, onData)
        unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, onClose)
        unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, onSent)
    }

    /// Gives nghttp2 as much of an answer as it asks for.
    static let readAnswer: nghttp2_data_source_read_callback = {
        _, _, buffer, capacity, flags, source, context in
        let inbox = unsafe inbox(context)
        guard let stream = unsafe inbox.places[Int(source!.pointee.fd)] else {
            return ssize_t(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
        }
        let room = unsafe UnsafeMutableBufferPointer(start: buffer, count: capacity)
        let count = unsafe stream.outgoing.take(into: room)
        inbox.taken(count, of: stream)
        if stream.outgoing.isEmpty {
            if stream.outgoing.isLast {
                unsafe flags!.pointee |= UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue)
            } else if count == 0 {
                stream.isDeferred = true
                return ssize_t(NGHTTP2_ERR_DEFERRED.rawValue)
            }
        }
        return count
    }

    /// Before nghttp2 judges the frame itself.
    private static let onBeginFrame: nghttp2_on_begin_frame_callback = {
        session, header, context in
        guard let header = unsafe header?.pointee else { return 0 }
        let inbox = unsafe inbox(context)
        let isKnown = unsafe place(of: header.stream_id, session) != nil
        let verdict = inbox.strictness.judge(
            type: header.type, stream: header.stream_id, isKnown: isKnown)
        if verdict != .fine { inbox.verdicts.append((header.stream_id, verdict)) }
        if header.type == UInt8(NGHTTP2_SETTINGS.rawValue) { inbox.hasNewSettings = true }
        return 0
    }

    private static let onBeginHeaders: nghttp2_on_begin_headers_callback = {
        session, frame, context in
        let (inbox, frame) = unsafe (inbox(context), frame!.pointee)
        let id = unsafe frame.hd.stream_id
        guard unsafe frame.hd.type == UInt8(NGHTTP2_HEADERS.rawValue) else { return 0 }
        guard unsafe frame.headers.cat == NGHTTP2_HCAT_REQUEST else {
            inbox.current = unsafe stream(id, session, inbox)
            inbox.current?.inTrailers = true
            return 0
        }
        let stream = HTTP2Stream(id: id)
        stream.fields.reserve(bytes: 512, fields: 16)
        inbox.current = stream
        let place = unsafe UnsafeMutableRawPointer(bitPattern: inbox.open(stream) + 1)
        return unsafe nghttp2_session_set_stream_user_data(session, id, place)
    }

    private static let onHeader: nghttp2_on_header_callback = {
        _, _, name, nameCount, value, valueCount, _, context in
        let name = unsafe UnsafeBufferPointer(start: name, count: nameCount)
        let value = unsafe UnsafeBufferPointer(start: value, count: valueCount)
        unsafe inbox(context).field(
            name: Span(_unsafeElements: name), value: Span(_unsafeElements: value))
        return 0
    }

    private static let onFrame: nghttp2_on_frame_recv_callback = { session, frame, context in
        let (inbox, header) = unsafe (inbox(context), frame!.pointee.hd)
        if header.type == UInt8(NGHTTP2_RST_STREAM.rawValue) {
            if inbox.wasReset(header.stream_id) { return 0 }
            // At once: nghttp2's own limit, which lies higher, has no better word than a general one.
            return unsafe nghttp2_session_terminate_session(
                session, NGHTTP2_ENHANCE_YOUR_CALM.rawValue)
        }
        if header.type == UInt8(NGHTTP2_PING.rawValue) {
            unsafe heard(frame!.pointee.ping, inbox)
            return 0
        }
        let isHeaders = header.type == UInt8(NGHTTP2_HEADERS.rawValue)
        guard isHeaders || header.type == UInt8(NGHTTP2_DATA.rawValue),
            let stream = unsafe stream(header.stream_id, session, inbox)
        else { return 0 }
        if isHeaders {
            inbox.current = nil
            inbox.headEnded(stream)
        }
        if header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0 { inbox.completed(stream) }
        return 0
    }

    private static let onData: nghttp2_on_data_chunk_recv_callback = {
        session, _, id, bytes, count, context in
        let inbox = unsafe inbox(context)
        guard let stream = unsafe stream(id, session, inbox) else { return 0 }
        let bytes = unsafe UnsafeBufferPointer(start: bytes, count: count)
        inbox.data(stream, unsafe Span(_unsafeElements: bytes))
        return 0
    }

    private static let onClose: nghttp2_on_stream_close_callback = { session, id, _, context in
        if let place = unsafe place(of: id, session) { unsafe inbox(context).close(place) }
        return 0
    }

    /// An answer that ends before its request does: the rest of the request is not wanted.
    ///
    /// Source: RFC 9113, section 8.1.
    private static let onSent: nghttp2_on_frame_send_callback = { session, frame, context in
        let (inbox, header) = unsafe (inbox(context), frame!.pointee.hd)
        switch UInt32(header.type) {
        case NGHTTP2_RST_STREAM.rawValue:
            unsafe inbox.told(frame!.pointee.rst_stream.error_code, stream: header.stream_id)
        case NGHTTP2_GOAWAY.rawValue: unsafe inbox.told(frame!.pointee.goaway.error_code, stream: 0)
        case NGHTTP2_DATA.rawValue: inbox.floods.earnWindowUpdates()
        default: break
        }
        guard
            header.type == UInt8(NGHTTP2_HEADERS.rawValue)
                || header.type == UInt8(NGHTTP2_DATA.rawValue),
            header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0,
            let stream = unsafe stream(header.stream_id, session, inbox), !stream.isComplete
        else { return 0 }
        inbox.unread.append(stream.id)
        return 0
    }

    /// The client answers the question whether it has heard that we go.
    private static func heard(_ ping: nghttp2_ping, _ inbox: HTTP2Inbox) {
        guard ping.hd.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0,
            case .announced = inbox.departure
        else { return }
        let answer = unsafe withUnsafeBytes(of: ping.opaque_data) { unsafe Array($0) }
        if answer == HTTP2Departure.question { inbox.departure = .heard }
    }

    private static func inbox(_ context: UnsafeMutableRawPointer?) -> HTTP2Inbox {
        unsafe Unmanaged<HTTP2Inbox>.fromOpaque(context!).takeUnretainedValue()
    }

    private static func place(of id: Int32, _ session: OpaquePointer?) -> Int? {
        guard let pointer = unsafe nghttp2_session_get_stream_user_data(session, id) else {
            return nil
        }
        return Int(bitPattern: pointer) - 1
    }

    private static func stream(
        _ id: Int32, _ session: OpaquePointer?, _ inbox: HTTP2Inbox
    ) -> HTTP2Stream? {
        unsafe place(of: id, session).flatMap { inbox.places[$0] }
    }
}
