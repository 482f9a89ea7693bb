extension Limits {
    /// What the journal may hold, and how long one waits for it.
    public enum Journal {
        /// Tries to take the directory before another process is said to have it.
        public static let lockTries = 10
        /// Tries of a successor, whose predecessor has five seconds to end.
        public static let takeOverTries = 1_000
        /// Microseconds between two of them: together a tenth of a second.
        public static let lockPauseMicroseconds: UInt32 = 10_000
        /// Bytes of one segment file: filled with zeros in a tenth of a second, and room for 50,000
        /// records, so also for every stop after the disk has become full.
        public static let segmentBytes = 16 * 1024 * 1024
        /// Bytes after which the writer begins another block: a sync stays short.
        public static let blockBytes = 1024 * 1024
        /// Bytes that one group commit gathers from several blocks.
        public static let groupBytes = 4 * 1024 * 1024
        /// Microseconds between two attempts to reserve the next segment.
        public static let spareRetryMicroseconds: Int64 = 10_000_000
        /// Microseconds after which a block that is not durable counts as an obstacle to trading.
        public static let slowMicroseconds: Int64 = 1_000_000
        /// Milliseconds that the end of the program waits for a sync that does not return.
        public static let closeMilliseconds: Int32 = 1_000
        /// Bytes of a halt's reason in the halt file: file and checksum stay in one sector.
        public static let haltReasonBytes = 256
    }

    /// What waits for the writer besides `Engine.inboxMaximum`, and for the dispatcher.
    public enum Writer {
        /// Quotes are refused from here on: the next one is better than this one.
        public static let quotesMaximum = 16_384
        /// Fills, reports and snapshots that are taken beyond the inbox's maximum: more than the
        /// bus lets be unacknowledged.
        public static let venueReserve = 8_192
        /// HALT and FLATTEN commands that wait; each is carried out before anything else.
        public static let stopsMaximum = 1_024
        /// Blocks in flight beyond the maximum that only stops may make.
        public static let stopBlocks = 64
        /// Microseconds that the writer takes at most to finish when the program ends.
        public static let closeMicroseconds: Int64 = 2_500_000
    }

    /// What the dispatcher does when the bus does not take a message.
    public enum Dispatch {
        /// Microseconds until a stop that the bus refused or lost leaves again.
        public static let retryMicroseconds: Int64 = 200_000
        /// Stops that wait to leave again; beyond it the oldest is given up and counted.
        public static let retriesMaximum = 16_384
        /// Milliseconds that the end of the program waits for the last messages to leave.
        public static let closeMilliseconds: Int32 = 1_000
    }
}
