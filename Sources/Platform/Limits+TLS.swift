extension Limits {
    /// What TLS may cost, and how long its secrets live.
    public enum TLS {
        /// Bytes that a peer may send until its handshake is done: a greeting with the largest keys
        /// known and a caller's certificates fit.
        public static let handshakeBytesMaximum = 65_536
        /// Bytes of the certificates that a caller shows: three large ones.
        public static let certificateBytesMaximum = 32_768
        /// Requests for new keys, or another handshake, in one read; an honest peer makes one in
        /// gigabytes, and each costs as much as ten ordinary records.
        public static let controlsMaximum = 8
        /// Handshakes that a loop goes on with in one turn: each costs up to three quarters of a
        /// millisecond, and those who are in already wait for a few of them at most.
        public static let handshakesPerTurn = 8
        /// Bytes of one record: what more than a read may become plain at once.
        public static let recordBytes = 16_384
        /// Bytes of a file with certificates or a key.
        public static let fileBytesMaximum = 1_048_576
        /// Microseconds until new tickets are sealed with another key; the one before opens tickets
        /// for as long again.
        public static let ticketKeyMicroseconds: Int64 = 12 * 3_600 * 1_000_000
        /// Seconds that a ticket may be used: it never outlives its key.
        public static let ticketSeconds = 12 * 3_600
        /// Milliseconds between two looks whether a file has changed; a change counts when it is the
        /// same at two looks, so that a pair that is just being written is not read by halves.
        public static let lookMilliseconds: Int32 = 2_000
        /// Days that a pair of `titan cert dev` holds.
        public static let developmentDays: Int64 = 90
    }
}
