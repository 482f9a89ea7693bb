extension Limits {
    /// What the other inhabitants of the desk may hold: market, phases, venue.
    public enum Desk {
        /// Core messages that wait for one of them; beyond it the newest is dropped and counted.
        public static let inboxMaximum = 16_384
        /// Milliseconds that a thread sleeps at most: a clock that was set must not keep it asleep.
        public static let sleepMilliseconds: Int64 = 1_000
    }

    /// What the paper venue may hold.
    public enum Venue {
        /// Orders that work at once: far above what a desk of a few symbols may have open.
        public static let ordersMaximum = 1_024
        /// Orders remembered after their end: a thousand a second for longer than one may be old.
        public static let finishedOrdersMaximum = 16_384
        /// Executions that a snapshot repeats at most: a busy desk's while some snapshots were lost.
        public static let recentExecutionsMaximum = 128
        /// Executions that it repeats however old: what working orders could do while nobody heard.
        public static let recentExecutionsMinimum = 16
        /// Microseconds for which a snapshot repeats an execution beyond those.
        public static let recentMicroseconds: Int64 = 60_000_000
        /// Snapshot numbers reserved by one record, so that most snapshots need no sync.
        public static let reservedSequences: Int64 = 1_024
        /// Bytes of the venue's file after which it is rewritten: read back in a fraction of a second.
        public static let fileBytesMaximum = 16_777_216
        /// Bytes of one frame: a whole snapshot of the books, with room to spare.
        public static let frameBytesMaximum = 67_108_864
        /// Bytes of one text in a command: as the readers on the other side.
        public static let textBytesMaximum = 256
        /// Fills held back by a fault; beyond it they are lost, as a fault may do.
        public static let delayedFillsMaximum = 1_024
    }

    /// What a recorded market may bring.
    public enum Market {
        /// Bytes of the file as it lies on the disk.
        public static let fileBytesMaximum = 268_435_456
        /// Bytes of the file unpacked: a year of minutes is 35 MB; a bomb is stopped here.
        public static let unpackedBytesMaximum = 1_073_741_824
        /// Bytes of one line: six numbers and their commas take about 100.
        public static let lineBytesMaximum = 1_024
        /// Bars of one file: four years of minutes.
        public static let barsMaximum = 2_200_000
    }
}
