/// What is spoken inside TLS. Source: RFC 7301; RFC 9113, section 3.2.
public enum TLSProtocol: Hashable, Sendable, CaseIterable {
    case http1
    case http2

    /// Its name on the wire.
    var name: [UInt8] {
        switch self {
        case .http1: Self.http1Name
        case .http2: Self.http2Name
        }
    }

    private static let http1Name = Array("http/1.1".utf8)
    private static let http2Name = Array("h2".utf8)
}
