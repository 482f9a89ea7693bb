/// What is to be sent on one stream, in pieces that are shared with whoever else sends them.
struct HTTP2Outgoing {
    private var pieces: [[UInt8]] = []
    private var first = 0
    /// How much of the first piece has been taken.
    private var taken = 0
    /// Bytes that nghttp2 has not taken.
    private(set) var count = 0
    /// Whether nothing comes after what is here.
    var isLast = false

    var isEmpty: Bool { count == 0 }

    mutating func append(_ piece: [UInt8]) {
        if piece.isEmpty { return }
        pieces.append(piece)
        count += piece.count
    }

    /// Moves bytes to where C wants them. Returns how many.
    mutating func take(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var filled = 0
        while filled < buffer.count, first < pieces.count {
            let part = min(buffer.count - filled, pieces[first].count - taken)
            unsafe pieces[first].withUnsafeBufferPointer { piece in
                guard let source = piece.baseAddress, let target = buffer.baseAddress else {
                    return
                }
                unsafe (target + filled).update(from: source + taken, count: part)
            }
            filled += part
            taken += part
            if taken == pieces[first].count { dropFirst() }
        }
        count -= filled
        return filled
    }

    private mutating func dropFirst() {
        pieces[first] = []
        (first, taken) = (first + 1, 0)
        if first == pieces.count {
            pieces.removeAll(keepingCapacity: false)
            first = 0
        } else if first > 64, first > pieces.count / 2 {
            pieces.removeFirst(first)
            first = 0
        }
    }
}
