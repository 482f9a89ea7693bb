/// A message that waits for the bus's thread.
struct NATSPublish {
    let message: OutgoingMessage
    let permit: Permit
    let outcome: @Sendable (PublishOutcome) -> Void
    /// The connection for which it was taken; it never leaves by another.
    let connection: Int
}
