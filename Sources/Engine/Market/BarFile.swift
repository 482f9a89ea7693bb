import Glibc
import Platform

/// A file of one-minute bars, plain or gzip.
public enum BarFile {
    /// All bars of a file, in order of time.
    public static func read(_ path: String) throws(BarFileError) -> [Bar] {
        let size: Int
        do { size = try Self.size(of: path) } catch { throw .file(path, what: "\(error)") }
        guard size <= Limits.Market.fileBytesMaximum else {
            throw .file(
                path, what: "\(size) bytes; at most \(Limits.Market.fileBytesMaximum) are read")
        }
        let bytes: [UInt8]
        do { bytes = try Files.read(path) } catch { throw .file(path, what: "\(error)") }
        return try read(bytes, named: path)
    }

    /// The same over the file's bytes. `name` stands in errors.
    public static func read(_ bytes: [UInt8], named name: String) throws(BarFileError) -> [Bar] {
        var reader = BarReader(file: name)
        var lines = Lines()
        if Inflate.isGzip(bytes) {
            try unpack(bytes, name, &lines, &reader)
        } else {
            try lines.take(bytes, &reader)
        }
        try lines.finish(&reader)
        try reader.finish()
        return reader.bars
    }

    private static func size(of path: String) throws(SystemError) -> Int {
        let file = try Files.open(path, flags: O_RDONLY)
        let number = file.number
        return Int(try system("lseek") { lseek(number, 0, SEEK_END) })
    }

    private static func unpack(
        _ bytes: [UInt8], _ name: String, _ lines: inout Lines, _ reader: inout BarReader
    ) throws(BarFileError) {
        var total = 0
        var inflate: Inflate
        do { inflate = try Inflate(bytes) } catch { throw .file(name, what: error.what) }
        while true {
            let piece: [UInt8]?
            do { piece = try inflate.next() } catch { throw .file(name, what: error.what) }
            guard let piece else { return }
            total += piece.count
            guard total <= Limits.Market.unpackedBytesMaximum else {
                throw .file(
                    name,
                    what: "unpacks to more than \(Limits.Market.unpackedBytesMaximum) bytes")
            }
            try lines.take(piece, &reader)
        }
    }

    /// Cuts pieces into lines, whatever the pieces' ends.
    private struct Lines {
        private var rest: [UInt8] = []

        mutating func take(_ piece: [UInt8], _ reader: inout BarReader) throws(BarFileError) {
            var start = 0
            while let end = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
                if rest.isEmpty {
                    guard end - start <= Limits.Market.lineBytesMaximum else {
                        throw reader.tooLong()
                    }
                    try reader.take(piece[start..<end])
                } else {
                    try keep(piece[start..<end], reader)
                    try finish(&reader)
                }
                start = end + 1
            }
            try keep(piece[start...], reader)
        }

        /// A last line may lack its end.
        mutating func finish(_ reader: inout BarReader) throws(BarFileError) {
            guard !rest.isEmpty else { return }
            try reader.take(rest[...])
            rest.removeAll(keepingCapacity: true)
        }

        private mutating func keep(
            _ bytes: ArraySlice<UInt8>, _ reader: BarReader
        ) throws(BarFileError) {
            guard rest.count + bytes.count <= Limits.Market.lineBytesMaximum else {
                throw reader.tooLong()
            }
            rest += bytes
        }
    }
}
