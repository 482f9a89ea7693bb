import Compression

/// Packs messages into frames that every reader with the same window can share.
///
/// One for each loop: its states are made when they are first needed, at most one for each size of
/// window. Source: RFC 7692, sections 6.1 and 7.2.1.
public final class WebSocketDeflater {
    private var states: [Int: State] = [:]
    private let level: Int32

    private final class State {
        var deflater: Deflater
        init(_ deflater: consuming Deflater) { self.deflater = deflater }
    }

    /// - Parameter level: zlib's, from 1, fast, to 9, small.
    public init(level: Int32) { self.level = level }

    /// A whole frame; without compression where that would not make it shorter, or is impossible.
    public func frame(
        _ opcode: WebSocketOpcode, _ payload: Span<UInt8>, windowBits: Int
    ) -> [UInt8] {
        var packed: [UInt8] = []
        if !payload.isEmpty, let state = state(windowBits) {
            state.deflater.pack(payload, into: &packed)
            // Every message ends with an empty block, of which the last four bytes are not sent.
            packed.removeLast(4)
        }
        let isShorter = !packed.isEmpty && packed.count < payload.count
        var frame: [UInt8] = []
        frame.reserveCapacity((isShorter ? packed.count : payload.count) + 10)
        if isShorter {
            WebSocketFrame.append(opcode, packed.span, isPacked: true, to: &frame)
        } else {
            WebSocketFrame.append(opcode, payload, to: &frame)
        }
        return frame
    }

    private func state(_ windowBits: Int) -> State? {
        if let state = states[windowBits] { return state }
        do throws(CompressionError) {
            let state = State(try Deflater(windowBits: windowBits, level: level))
            states[windowBits] = state
            return state
        } catch {
            // No memory for it now: the frame goes out as it is.
            return nil
        }
    }
}
