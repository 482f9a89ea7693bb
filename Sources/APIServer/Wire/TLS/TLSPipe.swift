/// What OpenSSL reads from and writes to, in place of a socket.
///
/// It keeps nothing of the input: OpenSSL takes all of it within the call that brought it, and holds
/// the beginning of an unfinished record itself.
@safe final class TLSPipe {
    private var input = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    var output: [UInt8] = []
    /// What the peer has asked for beside data in this piece of input, and how much of that is
    /// enough.
    var controls = 0
    private let controlsMaximum: Int

    init(controlsMaximum: Int) { self.controlsMaximum = controlsMaximum }

    var isEmpty: Bool { unsafe input.isEmpty }

    var isFlooded: Bool { controls > controlsMaximum }

    /// Lets `body` read `bytes`, and nothing after it.
    func with<Failure: Error>(
        _ bytes: Span<UInt8>, _ body: () throws(Failure) -> Void
    ) throws(Failure) {
        controls = 0
        try unsafe bytes.withUnsafeBufferPointer { bytes throws(Failure) in
            unsafe input = bytes
            defer { unsafe input = UnsafeBufferPointer(start: nil, count: 0) }
            try body()
        }
    }

    /// Moves input on; 0 when there is none.
    func read(into buffer: UnsafeMutablePointer<CChar>, count: Int) -> Int {
        let count = unsafe min(count, input.count)
        guard count > 0 else { return 0 }
        unsafe UnsafeMutableRawPointer(buffer).copyMemory(
            from: input.baseAddress!, byteCount: count)
        unsafe input = UnsafeBufferPointer(rebasing: input[count...])
        return count
    }
}
