import Platform
import Synchronization

/// What one loop of the server has done so far; written by the loop, read by any thread.
public final class ServerCounters: Sendable {
    /// What is counted. The raw value is its place.
    public enum Kind: Int, Sendable, CaseIterable {
        case accepted
        case closed
        /// Turned away: no room in the table, or no descriptor left.
        case refused
        case http1
        case http2
        case live
        /// Live readers that have gone; `live` less these are connected.
        case liveClosed
        case informational
        case successful
        case redirected
        case clientFailed
        case serverFailed
        case bytesReceived
        case bytesSent
        case framesSent
        /// States that a reader never saw because a newer one came first.
        case conflated
        /// Readers cut off because they were too slow.
        case cutOff
        /// Connections closed because a deadline passed.
        case timedOut
        /// Handshakes that were done, by version, and those of them that a ticket made short.
        case tls12
        case tls13
        case tlsResumed
        /// Handshakes that failed or never ended.
        case tlsFailed
        /// Connections closed after their handshake: for a wrong record, or for a flood of requests
        /// for new keys.
        case tlsBroken
        case tlsFlooded
        /// Connections that spoke plain HTTP where TLS is spoken.
        case tlsPlain
        /// Peers that ended without saying so: harmless, and usual among careless clients.
        case tlsTruncated
    }

    private let cells: [Cell]
    private let refusals = Guarded<[String: UInt64]>([:])

    private final class Cell: Sendable {
        let count = Atomic<UInt64>(0)
    }

    public init() { cells = Kind.allCases.map { _ in Cell() } }

    public subscript(kind: Kind) -> UInt64 {
        cells[kind.rawValue].count.load(ordering: .relaxed)
    }

    func add(_ kind: Kind, _ count: Int = 1) {
        cells[kind.rawValue].count.wrappingAdd(UInt64(count), ordering: .relaxed)
    }

    func answered(_ status: Int) {
        switch status {
        case ..<200: add(.informational)
        case ..<300: add(.successful)
        case ..<400: add(.redirected)
        case ..<500: add(.clientFailed)
        default: add(.serverFailed)
        }
    }

    /// Requests refused before they reached a handler, by code. Codes are ours, so they are few.
    public var badRequests: [(code: String, count: UInt64)] {
        refusals.withLock { $0 }.map { ($0.key, $0.value) }.sorted { $0.code < $1.code }
    }

    func refused(_ code: String, _ count: Int = 1) {
        refusals.withLock { $0[code, default: 0] += UInt64(count) }
    }
}
