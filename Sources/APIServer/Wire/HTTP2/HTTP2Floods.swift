import CNGHTTP2

/// Counts what costs us work and brings a client nothing, however little it costs the client.
///
/// A client that needs such frames needs few of them; the numbers leave it room.
struct HTTP2Floods {
    private var settings: HTTP2Allowance
    private var pings: HTTP2Allowance
    private var emptyData: HTTP2Allowance
    private var idleFrames: HTTP2Allowance
    private var fieldSections: HTTP2Allowance
    private var refusals: HTTP2Allowance
    private var resets: HTTP2Allowance
    /// How many more windows may grow before something is sent or asked.
    private var windowUpdates: Int
    private let windowUpdatesMaximum: Int
    private static let windowUpdatesPerFrame = 10

    init(_ maxima: HTTP2Maxima) {
        settings = HTTP2Allowance(burst: maxima.settingsBurst, perSecond: 1)
        pings = HTTP2Allowance(burst: maxima.pingBurst, perSecond: maxima.pingsPerSecond)
        emptyData = HTTP2Allowance(burst: maxima.idleFrameBurst, perSecond: 8)
        idleFrames = HTTP2Allowance(burst: maxima.idleFrameBurst, perSecond: 8)
        fieldSections = HTTP2Allowance(burst: maxima.fieldSectionBurst, perSecond: 1)
        refusals = HTTP2Allowance(burst: maxima.refusalBurst, perSecond: maxima.resetsPerSecond)
        resets = HTTP2Allowance(burst: maxima.resetBurst, perSecond: maxima.resetsPerSecond)
        windowUpdates = maxima.windowUpdatesAhead
        windowUpdatesMaximum = 16 * maxima.windowUpdatesAhead
    }

    /// What a frame is one too many of; `nil` while it is welcome.
    mutating func frame(_ head: HTTP2FrameHead, at now: Int64) -> HTTP2Fault? {
        let isAcknowledgement = head.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0
        switch UInt32(head.type) {
        case NGHTTP2_DATA.rawValue:
            // The bit is END_STREAM here.
            if head.count > 0 || isAcknowledgement || emptyData.take(at: now) { return nil }
            return .emptyDataFlood
        case NGHTTP2_HEADERS.rawValue:
            earnWindowUpdates()
            return nil
        case NGHTTP2_CONTINUATION.rawValue, NGHTTP2_RST_STREAM.rawValue: return nil
        case NGHTTP2_SETTINGS.rawValue:
            return isAcknowledgement || settings.take(at: now) ? nil : .settingsFlood
        case NGHTTP2_PING.rawValue: return pings.take(at: now) ? nil : .pingFlood
        case NGHTTP2_WINDOW_UPDATE.rawValue:
            windowUpdates -= 1
            return windowUpdates >= 0 ? nil : .windowUpdateFlood
        default: return idleFrames.take(at: now) ? nil : .idleFrameFlood
        }
    }

    /// A frame of DATA has been sent, or a request has come: windows have a reason to grow.
    mutating func earnWindowUpdates() {
        windowUpdates = min(windowUpdates + Self.windowUpdatesPerFrame, windowUpdatesMaximum)
    }

    /// The client has reset a stream. `false` when it does so too often.
    mutating func reset(at now: Int64) -> Bool { resets.take(at: now) }

    /// A field section was too large. `false` when that happens too often.
    mutating func fieldSection(at now: Int64) -> Bool { fieldSections.take(at: now) }

    /// A request was refused for being one too many at a time. `false` when that happens too often.
    mutating func refusal(at now: Int64) -> Bool { refusals.take(at: now) }
}
