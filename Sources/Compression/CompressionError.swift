/// Why bytes cannot be packed or unpacked.
public enum CompressionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// zlib has no memory, or another version than it was built for.
    case unavailable(code: Int32)
    /// The bytes are not what they should be.
    case damaged

    public var description: String {
        switch self {
        case .unavailable(let code): "zlib does not start (\(code))"
        case .damaged: "the packed bytes are damaged"
        }
    }
}
