/// Whether a client opens its streams in order.
///
/// nghttp2 passes over a HEADERS frame for a stream that it does not know and that is lower than the
/// latest one: it cannot tell a stream that has ended from one that never was. Here the gaps are
/// remembered, and a stream in one is an error of the connection. Source: RFC 9113, section 5.1.1.
struct HTTP2StreamOrder {
    /// What the client has skipped, as odd identifiers; ordinary clients skip none.
    private var gaps: [ClosedRange<Int32>] = []
    private var latest: Int32 = -1
    /// How many gaps are remembered; a client with more has lost the right to be judged exactly.
    private let gapsMaximum = 64
    /// Whether a rule was broken.
    private(set) var isBroken = false

    /// A HEADERS frame begins for that stream.
    mutating func opens(_ id: Int32) {
        guard id > 0, id & 1 == 1 else { return }
        if id > latest {
            if id > latest + 2 { skip(latest + 2...id - 2) }
            latest = id
        } else if gaps.contains(where: { $0.contains(id) }) {
            isBroken = true
        }
    }

    private mutating func skip(_ gap: ClosedRange<Int32>) {
        if gaps.count == gapsMaximum { gaps.removeFirst() }
        gaps.append(gap)
    }
}
