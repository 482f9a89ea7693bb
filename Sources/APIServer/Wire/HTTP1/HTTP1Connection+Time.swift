extension HTTP1Connection {
    /// Whether a head has come and its body is being read.
    public var isReadingBody: Bool {
        switch state {
        case .body, .chunkSize, .chunkData, .chunkEnd, .trailers: true
        case .startLine, .fields, .answering, .streaming, .switched, .finished: false
        }
    }

    /// Gives up a request that took too long to come; the refusal is answered like any other.
    public mutating func timeOut(into events: inout [HTTPEvent]) {
        precondition(
            state != .answering && state != .streaming && state != .switched
                && state != .finished,
            "Invariant: only a request that is being read can take too long")
        endsAfterThis = true
        state = .answering
        events.append(.refused(.requestTimeout, stream: 0))
    }
}
