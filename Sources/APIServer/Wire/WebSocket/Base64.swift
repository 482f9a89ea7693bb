/// Base 64 with padding. Source: RFC 4648, section 4.
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var word: UInt32 = 0
            for index in 0..<3 {
                word = word << 8 | (index < group.count ? UInt32(group[start + index]) : 0)
            }
            for index in 0..<4 {
                let digit = alphabet[Int(word >> (18 - 6 * UInt32(index)) & 63)]
                text.append(index <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return Bytes.text(text)
    }

    /// Whether the text stands for 16 bytes: 22 digits and two pads.
    static func isSixteenBytes(_ text: ArraySlice<UInt8>) -> Bool {
        text.count == 24 && text.suffix(2).allSatisfy { $0 == UInt8(ascii: "=") }
            && text.dropLast(2).allSatisfy(alphabet.contains)
    }
}
