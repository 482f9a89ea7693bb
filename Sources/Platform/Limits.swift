/// Every maximum of the program: queues, buffers, sizes and times, each with its unit and reason.
public enum Limits {}

extension Limits {
    /// What the bus may hold, and how long it waits.
    public enum Bus {
        /// Bytes of one payload: what a NATS server takes unless told otherwise.
        public static let payloadBytesMaximum = 1_048_576
        /// Messages that an embedded stream holds: an hour of a busy desk's events.
        public static let streamMessagesMaximum = 65_536
        /// Bytes that an embedded stream holds: five of them stay far below a small server's memory.
        public static let streamBytesMaximum = 67_108_864
        /// Message ids that an embedded stream remembers: a window of 120 s at 1,000 a second.
        public static let duplicateIDsMaximum = 131_072
        /// Messages waiting for a core subscriber; beyond it the newest is dropped and counted.
        public static let coreInboxMaximum = 16_384
        /// Publishes that wait for the bus's own thread; beyond it they are refused.
        public static let publishQueueMaximum = 16_384
        /// Publishes that NATS has not confirmed yet; beyond it they are refused.
        public static let unconfirmedMaximum = 4_096
        /// Acknowledgements kept while NATS is away; beyond it the message comes again.
        public static let acknowledgementQueueMaximum = 16_384
        /// Messages asked for in one pull: one round trip for many, still a small inbox.
        public static let fetchBatch = 64
        /// Seconds that the server keeps one pull open.
        public static let fetchSeconds: Int64 = 30
        /// Microseconds until an unconfirmed publish counts as unknown.
        public static let publishTimeoutMicroseconds: Int64 = 2_000_000
        /// Milliseconds that a connection may take, and a request to the server's administration.
        public static let connectMilliseconds: Int64 = 2_000
        /// Milliseconds that one write to the socket may block the bus's thread.
        public static let writeMilliseconds: Int64 = 1_000
        /// Milliseconds between two attempts to connect again: quick, yet no storm.
        public static let reconnectMilliseconds: Int64 = 100
        /// Milliseconds between two pings; a server that misses two is gone.
        public static let pingMilliseconds: Int64 = 2_000
    }
}

extension Limits {
    /// What the engine may hold, and how long it waits.
    public enum Engine {
        /// Inputs that wait for the writer; beyond it signals come again later and commands get 503.
        public static let inboxMaximum = 65_536
        /// Inputs that one commit block holds at most: keeps a block under a few megabytes.
        public static let batchMaximum = 512
        /// Blocks given to the journal and not yet durable; beyond it the writer takes nothing in.
        public static let blocksInFlightMaximum = 8
        /// Orders that wait for the dispatcher: the writer never makes more than this at once.
        public static let dispatchQueueMaximum = 65_536
        /// Microseconds that a halt waits for an order that is just leaving.
        public static let gateCloseMicroseconds: Int64 = 1_000
        /// Microseconds from an order's decision until it may no longer leave: a fifth of the age at
        /// which the venue refuses it, and longer than any healthy disk takes.
        public static let orderAgeMicroseconds: Int64 = 1_000_000
        /// Microseconds after which a stop leaves without its record. Source: the design, rule 2.
        public static let stopWaitMicroseconds: Int64 = 50_000
        /// Microseconds between two ticks: time must pass even when nothing happens.
        public static let tickMicroseconds: Int64 = 500_000
        /// Microseconds between two views at least: a screen shows no more than twenty a second.
        public static let viewMicroseconds: Int64 = 50_000
        /// Microseconds after which a desk that shows nothing new counts as stalled: four ticks.
        public static let viewAgeMicroseconds: Int64 = 2_000_000
        /// Microseconds that the wall clock may disagree with ours. Source: the design, "Time".
        public static let clockSkewMicroseconds: Int64 = 250_000
        /// Microseconds until a signal that found the inbox full comes again.
        public static let busyPauseMicroseconds: Int64 = 100_000
        /// Decisions kept in memory for lists; older ones are read from the journal.
        public static let decisionsMaximum = 4_096
        /// Order ids remembered as handed over: what a halt's receipt lists.
        public static let handedOverMaximum = 256
        /// Records between two snapshots: replaying them takes a fraction of a second.
        public static let snapshotRecords: UInt64 = 50_000
    }
}
