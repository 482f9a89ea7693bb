/// Names one entry of a `Slots` table, for as long as that entry lives.
///
/// A slot is used again after removal, its generation is not. So an event that already sits in the
/// kernel's batch when its connection closes can never reach the connection that comes next.
@frozen public struct Token: Hashable, Sendable {
    public let slot: UInt32
    public let generation: UInt32

    @inlinable public init(slot: UInt32, generation: UInt32) {
        (self.slot, self.generation) = (slot, generation)
    }

    /// What a poller reports for a loop's bell; no table has so many slots.
    public static let bell = Token(slot: .max, generation: 0)
    /// What a poller reports for a loop's listener.
    public static let listener = Token(slot: .max - 1, generation: 0)

    /// What a poller reports for a listener in the file system.
    public static let unixListener = Token(slot: .max - 2, generation: 0)

    /// The 64 bits that fit into `epoll_event.data`.
    var packed: UInt64 { UInt64(generation) << 32 | UInt64(slot) }

    init(packed: UInt64) {
        self.init(
            slot: UInt32(truncatingIfNeeded: packed), generation: UInt32(packed >> 32))
    }
}
