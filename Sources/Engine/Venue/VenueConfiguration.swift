public import Crypto
import Domain
import Platform

/// What a paper venue is made with.
public struct VenueConfiguration: Sendable {
    /// The symbols it trades, as the policy writes them.
    public var symbols: [String]
    /// The keys whose signatures it takes.
    public var keys: [SigningKey]
    public var policy: AcceptedPolicy
    /// Dollars on an account without a past. Units of 10⁻⁸.
    public var cash: Int64 = 100_000 * Decimal8.one
    public var venue = "paper"
    public var account = "main"
    public var seed: UInt64 = 1
    public var faults = VenueFaults()
    /// Hundredths of a basis point of what is paid, for who takes and for who makes liquidity.
    public var takerFee: Int64 = 50
    public var makerFee: Int64 = 0
    /// Microseconds until an order is in the book.
    public var latency: ClosedRange<Int64> = 5_000...40_000
    /// Microseconds between two snapshots.
    public var snapshotInterval: Int64 = 2_000_000
    /// Microseconds that a command may be old, or ahead of the venue's time.
    public var commandAgeMaximum: Int64 = 5_000_000

    public init(symbols: [String], keys: [SigningKey], policy: AcceptedPolicy) {
        (self.symbols, self.keys, self.policy) = (symbols, keys, policy)
    }
}

/// The hash of the policy under which a venue takes orders. Thread: any.
public final class AcceptedPolicy: Sendable {
    private let accepted: Guarded<Digest256>

    public init(_ hash: Digest256) { accepted = Guarded(hash) }

    /// What an order has to name from now on.
    public var hash: Digest256 {
        get { accepted.withLock { $0 } }
        set { accepted.withLock { $0 = newValue } }
    }
}
