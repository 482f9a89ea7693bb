import Wire

/// How a file's bytes are coded, the most compact first. Source: RFC 9110, section 8.4.1; RFC 7932.
enum ContentCoding: CaseIterable, Sendable {
    case brotli
    case gzip
    case identity

    /// What a file's name ends in that holds the bytes of the file beside it in this coding.
    var suffix: String {
        switch self {
        case .brotli: ".br"
        case .gzip: ".gz"
        case .identity: ""
        }
    }

    /// As `content-encoding` says it; `nil` where it says nothing.
    var field: ResponseField? {
        switch self {
        case .brotli: ResponseField("content-encoding", "br")
        case .gzip: ResponseField("content-encoding", "gzip")
        case .identity: nil
        }
    }

    /// How gladly it is taken, in thousandths; 0: not at all.
    ///
    /// The file as it is comes last unless it is asked for, and is refused only by name or by `*`.
    /// Source: RFC 9110, section 12.5.3.
    func weight(in accepted: WeightedList) -> Int {
        let others = accepted["*"]
        return switch self {
        case .brotli: accepted["br"] ?? others ?? 0
        case .gzip: accepted["gzip"] ?? accepted["x-gzip"] ?? others ?? 0
        case .identity: accepted["identity"] ?? (others == 0 ? 0 : 1)
        }
    }
}
