import CZlib

/// Unpacks deflated bytes piece by piece. Owns zlib's state.
///
/// The state keeps a pointer to itself, so it lives where it is never moved.
/// Source: zlib.h, inflateInit2 and inflate; RFC 1951, RFC 1952.
@safe public struct Inflater: ~Copyable {
    /// What surrounds the deflated bytes.
    public enum Format: Sendable {
        /// Nothing, as in RFC 7692.
        case raw
        /// A header and a checksum. Source: RFC 1952.
        case gzip
    }

    /// How far one call has come.
    public struct Progress: Sendable {
        /// How many bytes of the input were used up.
        public let consumed: Int
        /// Whether the last block has ended: what follows is another stream.
        public let isFinished: Bool
    }

    /// Whether a block ended, at a byte's border, with the last byte that was used up.
    public private(set) var isBetweenBlocks = false

    private let stream: UnsafeMutablePointer<z_stream>

    public init(_ format: Format) throws(CompressionError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window: negative for raw, 16 more for a gzip header.
        let bits: CInt = format == .raw ? -15 : 31
        let code = unsafe inflateInit2_(
            stream, bits, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            unsafe stream.deallocate()
            throw .unavailable(code: code)
        }
        unsafe self.stream = stream
    }

    deinit {
        _ = unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Begins another stream and forgets what came before.
    public mutating func reset() { _ = unsafe inflateReset(stream) }

    /// Begins another stream that may refer to the bytes before it: a block that called itself the
    /// last one was not. Source: RFC 7692, section 7.2.3.5.
    public mutating func goOn() { _ = unsafe inflateResetKeep(stream) }

    /// Unpacks as much of the input as fits, and adds it to `output`, which never holds more than
    /// `bytesMaximum` then.
    ///
    /// Nothing consumed and nothing added means that more input, or more room, is needed.
    public mutating func unpack(
        _ input: Span<UInt8>, into output: inout [UInt8], bytesMaximum: Int
    ) throws(CompressionError) -> Progress {
        let start = output.count
        let room = min(bytesMaximum - start, max(1_024, min(input.count * 4, 65_536)))
        if room <= 0 { return Progress(consumed: 0, isFinished: false) }
        var code = Z_OK
        unsafe input.withUnsafeBufferPointer { input in
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(clamping: input.count)
            let added = unsafe [UInt8](unsafeUninitializedCapacity: room) { piece, count in
                unsafe stream.pointee.next_out = piece.baseAddress
                unsafe stream.pointee.avail_out = UInt32(room)
                code = unsafe inflate(stream, Z_SYNC_FLUSH)
                count = room - Int(unsafe stream.pointee.avail_out)
            }
            output.append(contentsOf: added)
        }
        let consumed = input.count - Int(unsafe stream.pointee.avail_in)
        if consumed > 0 {
            // Source: zlib.h, inflate. A call without input would clear the bit of a block's end.
            let state = unsafe stream.pointee.data_type
            isBetweenBlocks = state & 128 != 0 && state & 7 == 0
        }
        guard code == Z_OK || code == Z_BUF_ERROR || code == Z_STREAM_END else { throw .damaged }
        return Progress(consumed: consumed, isFinished: code == Z_STREAM_END)
    }
}
