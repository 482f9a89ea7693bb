/// What one HTTP/2 connection and each of its requests may take.
public struct HTTP2Maxima: Sendable {
    /// Requests open at a time; more are refused with REFUSED_STREAM.
    public var concurrentStreams: Int
    /// Bytes of a request's field names and values; beyond it 431.
    public var fieldSectionBytes: Int
    /// Fields of a request; beyond it 431.
    public var fields: Int
    /// Bytes of a request's body; beyond it 413.
    public var bodyBytes: Int
    /// A path that takes longer bodies, because it only counts them.
    public var counted: CountedBody?
    /// Bytes of fields and bodies of all requests that have not come whole; the one that goes beyond
    /// gets 413.
    public var unfinishedBytes: Int
    /// Microseconds in which a request must come whole, whatever else the connection does; then 408.
    public var requestMicroseconds: Int64
    /// Microseconds in which an answer must be taken, and bytes of it, and of those before it, for
    /// each further second; then the stream is reset.
    public var answerMicroseconds: Int64
    public var answerBytesPerSecond: Int
    /// Bytes of body that a client may send ahead, on one stream and on all together.
    public var streamWindowBytes: Int
    public var connectionWindowBytes: Int
    /// Requests that a client may reset at once, and again each second; beyond it GOAWAY.
    public var resetBurst: Int
    public var resetsPerSecond: Int
    /// CONTINUATION frames of one field section; beyond it the connection ends.
    public var continuations: Int
    /// SETTINGS frames at once, and one each second; and settings in one of them.
    public var settingsBurst: Int
    public var settingsEntries: Int
    /// PING frames at once, and again each second.
    public var pingBurst: Int
    public var pingsPerSecond: Int
    /// Answers to SETTINGS and PING that the client has not read.
    public var unreadAnswers: Int
    /// Frames without any meaning at once: empty DATA, PRIORITY, unknown ones; eight each second.
    public var idleFrameBurst: Int
    /// WINDOW_UPDATE frames before anything is sent; each frame of ours allows ten more.
    public var windowUpdatesAhead: Int
    /// Requests with too large fields at once, and one each second.
    public var fieldSectionBurst: Int
    /// Requests beyond those allowed at a time.
    public var refusalBurst: Int
    /// Microseconds that a client has to hear that we go.
    public var noticeMicroseconds: Int64

    public init(
        concurrentStreams: Int, fieldSectionBytes: Int, fields: Int, bodyBytes: Int
    ) {
        self.concurrentStreams = concurrentStreams
        self.fieldSectionBytes = fieldSectionBytes
        self.fields = fields
        self.bodyBytes = bodyBytes
        unfinishedBytes = 4 * bodyBytes + 4 * fieldSectionBytes
        requestMicroseconds = 40_000_000
        answerMicroseconds = 60_000_000
        answerBytesPerSecond = 65_536
        streamWindowBytes = 65_535
        connectionWindowBytes = 1_048_576
        resetBurst = 200
        resetsPerSecond = 33
        continuations = 8
        settingsBurst = 32
        settingsEntries = 32
        pingBurst = 512
        pingsPerSecond = 64
        unreadAnswers = 1_000
        idleFrameBurst = 512
        windowUpdatesAhead = 256
        fieldSectionBurst = 32
        refusalBurst = 1_024
        noticeMicroseconds = 1_000_000
    }

    /// In which an answer must be taken that has so many bytes with those before it.
    func answerMicroseconds(bytes: Int) -> Int64 {
        answerMicroseconds + Int64(bytes) * 1_000_000 / Int64(answerBytesPerSecond)
    }
}
