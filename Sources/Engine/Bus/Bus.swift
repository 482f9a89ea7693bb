/// Carries messages between the engine and everybody else: over NATS, or inside the process.
///
/// **Thread**: every method may be called from any thread. What was handed in as a closure is
/// called on the bus's own thread (in virtual time: on the thread that advances it), one call at a
/// time and never from inside a method of the bus, with two exceptions: a publish that is refused
/// or not permitted at once says so before it returns, and a permit is asked under locks of the
/// bus, so it must not call the bus. A closure must not wait.
public protocol Bus: AnyObject, Sendable {
    /// Hands a message over; `outcome` hears exactly once what became of it.
    ///
    /// `permit` is asked once, on whatever thread lets the message out of the program.
    func publish(
        _ message: OutgoingMessage, permit: Permit,
        outcome: @escaping @Sendable (PublishOutcome) -> Void)

    /// Hears every message whose subject matches: at most once, nothing from before, no promise.
    func subscribe(
        _ filter: String, deliver: @escaping @Sendable (BusMessage) -> Void
    ) throws(BusError)

    /// Hears every message of a stream that matches, at least once, until each is acknowledged.
    func consume(
        _ specification: ConsumerSpecification, deliver: @escaping @Sendable (BusMessage) -> Void
    ) throws(BusError)

    /// The message is dealt with: call it after the record of it is durable.
    func acknowledge(_ token: AckToken)

    /// The message is to come again after a delay.
    func negativeAcknowledge(_ token: AckToken, delayMicroseconds: Int64)

    /// The message is never to come again, though nobody dealt with it.
    func terminate(_ token: AckToken)

    var health: BusHealth { get }

    /// Stops delivering. Publishes that are still open are refused or unknown, as they are.
    func close()
}

extension Bus {
    /// Hands over a message that no halt holds back.
    public func publish(
        _ message: OutgoingMessage, outcome: @escaping @Sendable (PublishOutcome) -> Void
    ) {
        publish(message, permit: .always, outcome: outcome)
    }
}

/// What operations wants to know about a bus.
public struct BusHealth: Hashable, Sendable {
    public var isConnected: Bool
    /// How often a lost connection was made again.
    public var reconnects: UInt64 = 0
    /// Messages that a core subscriber was too slow for.
    public var dropped: UInt64 = 0
    /// Messages delivered to durable consumers for the second time or more.
    public var redelivered: UInt64 = 0
    /// Publishes that nobody confirmed and nobody denied.
    public var unknown: UInt64 = 0
    /// Why the bus is not connected; empty while it is.
    public var reason = ""

    public init(isConnected: Bool) { self.isConnected = isConnected }
}
