/// Escapes in a URL. Source: RFC 3986, section 2.1; the URL standard, section 5.1, for forms.
public enum PercentEncoding {
    /// One decoded path segment; `nil` when an escape is malformed or the bytes are not UTF-8.
    public static func decode(segment: ArraySlice<UInt8>) -> String? {
        decode(segment, plusIsSpace: false)
    }

    /// One decoded name or value of a query.
    static func decode(form bytes: ArraySlice<UInt8>) -> String? {
        decode(bytes, plusIsSpace: true)
    }

    private static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(Bytes.hexadecimal),
                    let low = rest.popFirst().flatMap(Bytes.hexadecimal)
                else { return nil }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: decoded.append(UInt8(ascii: " "))
            default: decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
