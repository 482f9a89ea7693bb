extension Limits {
    /// How coarse virtual time is.
    public enum Simulation {
        /// Microseconds between two ticks: a month of half seconds would be nothing but ticks.
        public static let tickMicroseconds: Int64 = 5_000_000
        /// Tickers of one replayed minute: one before the last goes stale.
        public static let ticksPerBar: Int64 = 15
        /// Microseconds between two signals over replayed bars: a bar says nothing of its seconds.
        public static let signalMicroseconds: Int64 = 30_000_000
        /// Microseconds between the venue's snapshots: as long as the truth score stays whole.
        public static let snapshotMicroseconds: Int64 = 10_000_000
    }
}
