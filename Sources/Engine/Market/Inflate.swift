import Compression

/// Unpacks a gzip file piece by piece.
struct Inflate: ~Copyable {
    private var inflater: Inflater
    private let packed: [UInt8]
    private var offset = 0
    private var isFinished = false

    init(_ packed: [UInt8]) throws(InflateError) {
        do throws(CompressionError) {
            inflater = try Inflater(.gzip)
        } catch { throw InflateError(what: error.description) }
        self.packed = packed
    }

    /// Whether the bytes begin as a gzip file does. Source: RFC 1952, section 2.3.1.
    static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// The next piece, `nil` after the last. Several members in a row are one file (RFC 1952, 2.2).
    mutating func next() throws(InflateError) -> [UInt8]? {
        while true {
            if isFinished {
                if offset == packed.count { return nil }
                inflater.reset()
                isFinished = false
            }
            let piece = try step()
            if !piece.isEmpty { return piece }
        }
    }

    private mutating func step() throws(InflateError) -> [UInt8] {
        var piece: [UInt8] = []
        let packed = packed
        let rest = packed.span.extracting(
            offset..<min(packed.count, offset + Self.pieceBytes))
        do throws(CompressionError) {
            let progress = try inflater.unpack(
                rest, into: &piece, bytesMaximum: 4 * Self.pieceBytes)
            offset += progress.consumed
            isFinished = progress.isFinished
            if !isFinished && progress.consumed == 0 && piece.isEmpty {
                throw CompressionError.damaged
            }
        } catch {
            throw InflateError(
                what: offset == packed.count
                    ? "the gzip file ends in the middle, after \(offset) bytes"
                    : "the gzip file is damaged near byte \(offset)")
        }
        return piece
    }

    private static let pieceBytes = 65_536
}

/// Why bytes cannot be unpacked.
struct InflateError: Error, Hashable, Sendable {
    let what: String
}
