import Compression

/// Unpacks the messages of one client. Source: RFC 7692, section 7.2.2.
///
/// A class, because a reader that holds it is a value. zlib's state is made with the first packed
/// message and, unless the client keeps its context, given back after each.
final class WebSocketInflater {
    private let keepsContext: Bool
    private var state: State?
    /// Whether bytes were unpacked since the message, or the last stream inside it, began.
    private var isUnderWay = false

    private final class State {
        var inflater: Inflater
        init() throws(CompressionError) { inflater = try Inflater(.raw) }
    }

    init(_ deflate: WebSocketDeflate) { keepsContext = !deflate.isClientContextDropped }

    /// Adds what a part of a message unpacks to. The message has at most so many bytes then.
    func unpack(
        _ part: Span<UInt8>, into message: inout [UInt8], bytesMaximum: Int
    ) throws(WebSocketFailure) {
        do throws(CompressionError) {
            let state = try begin()
            var consumed = 0
            while true {
                let before = message.count
                // One byte more than allowed tells a message that is too long from one that just fits.
                let progress = try state.inflater.unpack(
                    part.extracting(droppingFirst: consumed), into: &message,
                    bytesMaximum: bytesMaximum + 1)
                consumed += progress.consumed
                if progress.consumed > 0 { isUnderWay = true }
                if message.count > bytesMaximum { break }
                if progress.isFinished {
                    state.inflater.goOn()
                    isUnderWay = false
                } else if progress.consumed == 0 && message.count == before {
                    break
                }
            }
            if message.count <= bytesMaximum && consumed < part.count { throw .damaged }
        } catch { throw .notDeflated }
        if message.count > bytesMaximum { throw .tooLong }
    }

    private func begin() throws(CompressionError) -> State {
        if let state { return state }
        let made = try State()
        state = made
        return made
    }

    /// The message has ended: its last four bytes were never sent.
    ///
    /// They end a block that has no bytes; where no block is open there is nothing to end, and where
    /// another one is, the message was cut off.
    func finish(into message: inout [UInt8], bytesMaximum: Int) throws(WebSocketFailure) {
        if isUnderWay {
            let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]
            try unpack(tail.span, into: &message, bytesMaximum: bytesMaximum)
            if state?.inflater.isBetweenBlocks == false { throw .notDeflated }
            isUnderWay = false
        }
        if !keepsContext { state = nil }
    }
}
