import CZlib

/// Packs whole messages, each by itself. Owns zlib's state, which is used again and again.
///
/// Source: zlib.h, deflateInit2 and deflate; RFC 7692, section 7.2.1.
@safe public struct Deflater: ~Copyable {
    /// zlib's windows for raw deflate: 8 is one that it cannot make.
    public static let windowBits = 9...15

    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameters:
    ///   - windowBits: The logarithm of how far back a repetition may refer.
    ///   - level: From 1, fast, to 9, small.
    public init(windowBits: Int, level: CInt) throws(CompressionError) {
        precondition(
            Self.windowBits.contains(windowBits), "Invariant: zlib has windows of 9 to 15 bits")
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let code = unsafe deflateInit2_(
            stream, level, Z_DEFLATED, CInt(-windowBits), 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            unsafe stream.deallocate()
            throw .unavailable(code: code)
        }
        unsafe self.stream = stream
    }

    deinit {
        _ = unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Adds the packed message, which ends at a byte's border and refers to nothing before it.
    public mutating func pack(_ message: Span<UInt8>, into output: inout [UInt8]) {
        _ = unsafe deflateReset(stream)
        // The bound is for a whole stream; a flush adds an empty block of five bytes.
        let room = Int(unsafe deflateBound(stream, UInt(message.count))) + 16
        let packed = unsafe message.withUnsafeBufferPointer { input in
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(input.count)
            return unsafe [UInt8](unsafeUninitializedCapacity: room) { piece, count in
                unsafe stream.pointee.next_out = piece.baseAddress
                unsafe stream.pointee.avail_out = UInt32(room)
                let code = unsafe deflate(stream, Z_SYNC_FLUSH)
                precondition(
                    unsafe code == Z_OK && stream.pointee.avail_in == 0
                        && stream.pointee.avail_out > 0,
                    "Invariant: a message fits into zlib's own bound")
                count = room - Int(unsafe stream.pointee.avail_out)
            }
        }
        output.append(contentsOf: packed)
    }
}
