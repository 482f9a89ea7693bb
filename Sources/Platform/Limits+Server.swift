extension Limits {
    /// What one loop of the server may hold, and how long it waits.
    public enum Server {
        /// Connections of one loop: each costs its object and a descriptor.
        public static let connectionsMaximum = 16_384
        /// Descriptors that no connection may have: the journal's next segment, the vault, halts and
        /// the bus need them while strangers fill the rest.
        public static let descriptorsReserved = 256
        /// Connections that the kernel keeps until a loop takes them in.
        public static let backlog: Int32 = 1_024
        /// Connections that a loop takes in between two looks at the others.
        public static let acceptsPerTurn = 64
        /// Events of one wait: bounds a turn.
        public static let eventsPerTurn = 512
        /// Reads from one connection in a turn: a flooding peer waits for its neighbours.
        public static let readsPerTurn = 4
        /// Bytes of a loop's shared read buffer: one read takes what a socket usually holds.
        public static let readBytes = 65_536
        /// Bytes of a request's body: a name, a password or a reason is a hundredth of it.
        public static let bodyBytesMaximum = 65_536
        /// Bytes of all requests that an HTTP/2 connection has not sent whole: a page's burst of them
        /// fits, and a stranger's cost little.
        public static let unfinishedBytesMaximum = 262_144
        /// Bytes of a request's target and fields together: a browser's cookies and a token fit.
        public static let headBytesMaximum = 32_768
        /// Fields of one request.
        public static let fieldsMaximum = 100
        /// Streams that an HTTP/2 connection may have open. Source: RFC 9113, section 6.5.2.
        public static let streamsMaximum = 100
        /// Bytes waiting for a slow peer; beyond it nothing more is read from it or written to it.
        /// One answer may overshoot it, because an answer is written whole.
        public static let outputBytesPause = 262_144
        /// Bytes of a loop's shared write buffer that are kept from one connection to the next.
        public static let outputBytesKept = 1_048_576
        /// Handlers of one loop that wait for engine, journal or bus; beyond it others get 503.
        /// Those that make the desk safer are never refused.
        public static let waitingHandlersMaximum = 1_024
        /// Microseconds that an idle connection is kept: longer than proxies keep theirs.
        public static let idleMicroseconds: Int64 = 75_000_000
        /// Microseconds for a request's head, from its first byte.
        public static let headMicroseconds: Int64 = 10_000_000
        /// Microseconds for a request's body, from the end of its head.
        public static let bodyMicroseconds: Int64 = 30_000_000
        /// Microseconds in which a peer must take something of what waits for it.
        public static let writeMicroseconds: Int64 = 15_000_000
        /// Bytes of it that a peer must take in every second beyond.
        public static let writeBytesPerSecond = 65_536
        /// Microseconds for an answer over HTTP/2, beside that rate: it shares the connection with those
        /// that were asked for later.
        public static let answerMicroseconds: Int64 = 60_000_000
        /// Microseconds in which a connection that has said nothing may still ask when the server ends.
        public static let stopGraceMicroseconds: Int64 = 250_000
        /// Microseconds that a peer has to close after we did.
        public static let lingerMicroseconds: Int64 = 2_000_000
        /// Microseconds of one bucket of the timer wheel: deadlines are kept this coarsely.
        public static let timerMicroseconds: Int64 = 250_000
        /// Buckets of the wheel: two minutes, more than any deadline.
        public static let timerBuckets = 512
        /// Microseconds without accepting after descriptors ran out.
        public static let acceptPauseMicroseconds: Int64 = 250_000
        /// Loops of one server, whatever the machine has.
        public static let loopsMaximum = 64
        /// Bytes of a bearer token: ours have under a thousand.
        public static let tokenBytesMaximum = 8_192
    }
}

extension Limits {
    /// What the live stream keeps for its readers.
    public enum Live {
        /// Events kept of each topic: who resumes within them misses nothing.
        public static let ringMessages = 1_024
        /// Bytes of them: a decision has about three kilobytes.
        public static let ringBytes = 4_194_304
        /// Events in a snapshot: what one screen shows.
        public static let snapshotEvents = 50
        /// Every so many messages a state carries its hash. Source: the design, "The surface".
        public static let hashEvery: UInt64 = 64
        /// Bytes of a reader's message: a subscription has under two hundred.
        public static let commandBytesMaximum = 4_096
        /// Bytes waiting for a reader that goes on asking; beyond it the reader is cut off. A snapshot
        /// of every topic fits.
        public static let answersBytesMaximum = 1_048_576
        /// Bytes handed to one reader in a turn; the rest follows when it has taken them.
        public static let catchUpBytes = 262_144
        /// zlib's level for compressed frames: they are packed while the loop waits.
        public static let deflateLevel: Int32 = 1
        /// Microseconds between two comments to a reader of events.
        public static let heartbeatMicroseconds: Int64 = 15_000_000
        /// Milliseconds after which a reader of events comes again.
        public static let retryMilliseconds = 1_000
        /// Microseconds between two pings; a reader that misses two is gone.
        public static let pingMicroseconds: Int64 = 20_000_000
        /// Microseconds that a reader has to answer our close.
        public static let closeMicroseconds: Int64 = 2_000_000
    }
}

extension Limits {
    /// What a server that stands alone for public test suites allows beside the rest.
    public enum Conformance {
        /// Bytes of one message: the largest that the Autobahn suite sends.
        public static let messageBytesMaximum = 16_777_216
        /// Broadcasts kept for readers that are behind: a saturated hub's readers lag by this much.
        public static let ringMessages = 65_536
        public static let ringBytes = 33_554_432
        /// Bytes of one answer of `/bytes/N`.
        public static let bytesMaximum = 16_777_216
        /// Bytes of an upload, which is counted and not kept.
        public static let uploadBytesMaximum = 1_073_741_824
        /// Microseconds for what is under way when the server is asked to end.
        public static let stopMicroseconds: Int64 = 2_000_000
    }
}
