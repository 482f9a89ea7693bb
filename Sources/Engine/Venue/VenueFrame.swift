/// One frame as it lies in the file: a mark, the length, a checksum over the length and the bytes,
/// and the bytes. Numbers are little-endian.
enum VenueFrame {
    private static let mark: [UInt8] = Array("TVF1".utf8)
    static let headerCount = 12

    /// What stands at a place.
    enum Found: Hashable {
        case frame([UInt8], next: Int)
        /// The bytes end exactly here.
        case end
        case broken(String)
    }

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        let length = little(UInt32(bytes.count))
        return mark + length + little(CRC32C.checksum(length + bytes)) + bytes
    }

    static func read(_ file: [UInt8], at offset: Int, maximum: Int) -> Found {
        if offset == file.count { return .end }
        guard file.count - offset >= headerCount else { return .broken("half a frame's header") }
        guard file[offset..<offset + 4].elementsEqual(mark) else {
            return .broken("no frame begins here")
        }
        let length = Int(number(file, at: offset + 4))
        let start = offset + headerCount
        guard length <= maximum, length <= file.count - start else {
            return .broken("a frame of \(length) bytes is not all there")
        }
        let bytes = Array(file[start..<start + length])
        guard CRC32C.checksum(file[offset + 4..<offset + 8] + bytes) == number(file, at: offset + 8)
        else { return .broken("the checksum differs") }
        return .frame(bytes, next: start + length)
    }

    /// Whether a whole frame stands anywhere from `offset` on: then a broken place before it is no
    /// torn end.
    static func follows(_ file: [UInt8], from offset: Int, maximum: Int) -> Bool {
        var place = offset
        while place + headerCount <= file.count {
            if file[place] == mark[0], case .frame = read(file, at: place, maximum: maximum) {
                return true
            }
            place += 1
        }
        return false
    }

    private static func little(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func number(_ file: [UInt8], at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(file[offset + $1]) << (8 * UInt32($1)) }
    }
}
