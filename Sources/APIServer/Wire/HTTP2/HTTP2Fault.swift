import CNGHTTP2

/// What was wrong with a client, for the counters: what we told it, and what it did too much of.
public enum HTTP2Fault: String, Hashable, Sendable, CaseIterable {
    // Said in RST_STREAM or GOAWAY. Source: RFC 9113, section 7.
    case protocolError = "http2_protocol_error"
    case internalError = "http2_internal_error"
    case flowControlError = "http2_flow_control_error"
    case settingsTimeout = "http2_settings_timeout"
    case streamClosed = "http2_stream_closed"
    case frameSizeError = "http2_frame_size_error"
    case refusedStream = "http2_refused_stream"
    case compressionError = "http2_compression_error"
    case enhanceYourCalm = "http2_enhance_your_calm"

    // Why the client was told to calm down.
    /// Requests that were reset as soon as they were made. Source: CVE-2023-44487, CVE-2025-8671.
    case rapidReset = "http2_rapid_reset"
    /// Field sections in too many frames. Source: CVE-2024-28182.
    case continuationFlood = "http2_continuation_flood"
    /// Source: CVE-2019-9515.
    case settingsFlood = "http2_settings_flood"
    /// Source: CVE-2019-9512.
    case pingFlood = "http2_ping_flood"
    /// Source: CVE-2019-9518.
    case emptyDataFlood = "http2_empty_data_flood"
    case windowUpdateFlood = "http2_window_update_flood"
    /// PRIORITY and frames that nobody knows. Source: CVE-2019-9513.
    case idleFrameFlood = "http2_idle_frame_flood"
    /// Field sections too large, again and again. Source: CVE-2016-6581.
    case fieldSectionFlood = "http2_field_section_flood"
    /// More requests at a time than announced, again and again.
    case refusedFlood = "http2_refused_flood"
    /// Answers to frames pile up, because the client does not read them.
    case unreadAnswers = "http2_unread_answers"

    /// A stream was given up because the client's window let too little out. Source: CVE-2019-9517.
    case stalledWindow = "http2_stalled_window"

    /// What an error code says; `nil` for those that blame nobody.
    init?(code: UInt32) {
        switch code {
        case NGHTTP2_PROTOCOL_ERROR.rawValue: self = .protocolError
        case NGHTTP2_INTERNAL_ERROR.rawValue: self = .internalError
        case NGHTTP2_FLOW_CONTROL_ERROR.rawValue: self = .flowControlError
        case NGHTTP2_SETTINGS_TIMEOUT.rawValue: self = .settingsTimeout
        case NGHTTP2_STREAM_CLOSED.rawValue: self = .streamClosed
        case NGHTTP2_FRAME_SIZE_ERROR.rawValue: self = .frameSizeError
        case NGHTTP2_REFUSED_STREAM.rawValue: self = .refusedStream
        case NGHTTP2_COMPRESSION_ERROR.rawValue: self = .compressionError
        case NGHTTP2_ENHANCE_YOUR_CALM.rawValue: self = .enhanceYourCalm
        default: return nil
        }
    }
}
