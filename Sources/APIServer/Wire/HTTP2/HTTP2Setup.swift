import CNGHTTP2

/// Making a session: options, callbacks, settings.
enum HTTP2Setup {
    /// A new session, which the caller deletes. It points at `inbox`, which has to outlive it.
    static func session(
        for inbox: HTTP2Inbox, in memory: HTTP2Memory
    ) throws(HTTP2Error) -> OpaquePointer {
        var callbacks: OpaquePointer?
        try HTTP2Error.check(unsafe nghttp2_session_callbacks_new(&callbacks))
        defer { unsafe nghttp2_session_callbacks_del(callbacks) }
        unsafe HTTP2Callbacks.install(into: callbacks)
        var option: OpaquePointer?
        try HTTP2Error.check(unsafe nghttp2_option_new(&option))
        defer { unsafe nghttp2_option_del(option) }
        unsafe set(option, inbox.maxima)

        var session: OpaquePointer?
        let context = unsafe Unmanaged.passUnretained(inbox).toOpaque()
        try HTTP2Error.check(
            unsafe nghttp2_session_server_new3(
                &session, callbacks, context, option, memory.pointer))
        guard let session = unsafe session else {
            preconditionFailure("Invariant: nghttp2 makes a session when it reports success")
        }
        return unsafe session
    }

    /// Queues our settings and the connection's window; the next drain writes them.
    static func submitSettings(
        _ session: OpaquePointer, _ maxima: HTTP2Maxima
    ) throws(HTTP2Error) {
        let settings = [
            entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, maxima.concurrentStreams),
            entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, maxima.streamWindowBytes),
            entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, maxima.fieldSectionBytes),
            entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
            entry(NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1),
        ]
        let none = UInt8(NGHTTP2_FLAG_NONE.rawValue)
        try HTTP2Error.check(
            unsafe nghttp2_submit_settings(session, none, settings, settings.count))
        try HTTP2Error.check(
            unsafe nghttp2_session_set_local_window_size(
                session, none, 0, Int32(maxima.connectionWindowBytes)))
    }

    private static func entry(
        _ setting: nghttp2_settings_id, _ value: Int
    ) -> nghttp2_settings_entry {
        nghttp2_settings_entry(settings_id: Int32(setting.rawValue), value: UInt32(value))
    }

    private static func set(_ option: OpaquePointer?, _ maxima: HTTP2Maxima) {
        unsafe nghttp2_option_set_stream_reset_rate_limit(
            // A second net below our own allowance, which ends with a better word.
            option, UInt64(2 * maxima.resetBurst), UInt64(maxima.resetsPerSecond))
        unsafe nghttp2_option_set_max_continuations(option, maxima.continuations)
        unsafe nghttp2_option_set_max_outbound_ack(option, maxima.unreadAnswers)
        unsafe nghttp2_option_set_max_settings(option, maxima.settingsEntries)
        unsafe nghttp2_option_set_no_closed_streams(option, 1)
    }
}
