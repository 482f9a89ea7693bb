/// What one HTTP/1.1 request may take; a longer one is refused. All but `fields` are bytes.
public struct HTTP1Maxima: Sendable {
    /// The request line without its end; beyond it 414.
    public let requestLine: Int
    /// All field lines together, and all trailer lines; beyond it 431.
    public let fieldSection: Int
    /// Field lines; beyond it 431.
    public let fields: Int
    /// The body after chunked decoding; beyond it 413.
    public let body: Int
    /// What is kept of the requests that follow the one being answered; beyond it the connection
    /// ends with that answer.
    public let pipeline: Int
    /// A path that takes longer bodies, because it only counts them.
    public var counted: CountedBody?

    public init(requestLine: Int, fieldSection: Int, fields: Int, body: Int, pipeline: Int) {
        self.requestLine = requestLine
        self.fieldSection = fieldSection
        self.fields = fields
        self.body = body
        self.pipeline = pipeline
    }
}
