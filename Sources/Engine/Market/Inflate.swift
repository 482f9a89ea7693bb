import CZlib

/// Unpacks a gzip file piece by piece. Owns zlib's state.
///
/// The state keeps a pointer to itself, so it lives where it is never moved.
/// Source: zlib.h, inflateInit2 and inflate.
@safe struct Inflate: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private let packed: [UInt8]
    private var offset = 0
    private var isFinished = false

    init(_ packed: [UInt8]) throws(InflateError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window; 16 more: a gzip header is required.
        let code = unsafe inflateInit2_(
            stream, 31, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            unsafe stream.deallocate()
            throw InflateError(what: "zlib does not start (\(code))")
        }
        unsafe self.stream = stream
        self.packed = packed
    }

    deinit {
        _ = unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Whether the bytes begin as a gzip file does. Source: RFC 1952, section 2.3.1.
    static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// The next piece, `nil` after the last. Several members in a row are one file (RFC 1952, 2.2).
    mutating func next() throws(InflateError) -> [UInt8]? {
        while true {
            if isFinished {
                if offset == packed.count { return nil }
                guard unsafe inflateReset(stream) == Z_OK else {
                    throw InflateError(what: "zlib does not start again")
                }
                isFinished = false
            }
            let piece = try step()
            if !piece.isEmpty { return piece }
        }
    }

    private mutating func step() throws(InflateError) -> [UInt8] {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let left = packed.count - offset
        let code = unsafe packed.withUnsafeBufferPointer { input in
            unsafe piece.withUnsafeMutableBufferPointer { output in
                let start = unsafe input.baseAddress.map { unsafe $0 + offset }
                unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: start)
                unsafe stream.pointee.avail_in = UInt32(clamping: left)
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = UInt32(output.count)
                return unsafe inflate(stream, Z_NO_FLUSH)
            }
        }
        let made = piece.count - Int(unsafe stream.pointee.avail_out)
        let used = Int(UInt32(clamping: left) - (unsafe stream.pointee.avail_in))
        offset += used
        switch code {
        case Z_STREAM_END: isFinished = true
        case Z_OK where used + made > 0: break
        case Z_OK, Z_BUF_ERROR:
            throw InflateError(what: "the gzip file ends in the middle, after \(offset) bytes")
        default: throw InflateError(what: "the gzip file is damaged near byte \(offset)")
        }
        piece.removeLast(piece.count - made)
        return piece
    }
}

/// Why bytes cannot be unpacked.
struct InflateError: Error, Hashable, Sendable {
    let what: String
}
