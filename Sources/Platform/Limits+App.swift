extension Limits {
    /// What identity, endpoints and views may hold, and how long they wait.
    public enum App {
        /// Bytes of a token: ours have about 400.
        public static let tokenBytesMaximum = 4_096
        /// Seconds that a token holds: one shift.
        public static let tokenSeconds: Int64 = 12 * 3_600
        /// Bytes of an operator's name: it stands in every record of what they did.
        public static let operatorBytesMaximum = 64
        /// Bytes of a password: more is no safer and only costs the key derivation.
        public static let passwordBytesMaximum = 256
        /// Bytes of a new password at least. Source: NIST SP 800-63B, section 5.1.1.2.
        public static let passwordBytesMinimum = 12
        /// Bytes of a request to sign in: name and password fit, each character escaped.
        public static let loginBytesMaximum = 4_096
        /// Accounts of one desk.
        public static let accountsMaximum = 256
        /// Bytes of the vault: the accounts at their largest fit several times.
        public static let vaultBytesMaximum = 1_048_576
        /// Microseconds between two looks whether another process has changed the vault.
        public static let vaultLookMicroseconds: Int64 = 3_000_000
        /// Jobs that wait for the worker: about a second of key derivations.
        public static let workerQueueMaximum = 16
        /// Seconds until it is worth asking a full worker again.
        public static let workerRetrySeconds = 1
        /// Attempts to sign in that one name from one address, or one address, has at once …
        public static let accountAttempts = 10
        public static let addressAttempts = 50
        /// … and microseconds after which it has one more.
        public static let accountAttemptMicroseconds: Int64 = 30_000_000
        public static let addressAttemptMicroseconds: Int64 = 6_000_000
        /// Counters of attempts; names that share one share its patience.
        public static let attemptCounters = 4_096
        /// Characters of a reason: a sentence or three, on record for good.
        public static let reasonCharactersMaximum = 500
        /// Bytes of an idempotency key: a UUID has 36.
        public static let idempotencyKeyBytesMaximum = 200
        /// Decisions on one page, and when nobody says how many.
        public static let pageMaximum = 200
        public static let pageDefault = 50
        /// Decisions kept ready for lists, in pieces of so many: what a reader holds on to is copied
        /// once a piece, not once a list.
        public static let decisionsMaximum = 4_096
        public static let decisionsPiece = 64
        /// Microseconds that a person waits for the record of what they asked for.
        public static let recordWaitMicroseconds: Int64 = 5_000_000
        /// Commands that wait for their record; beyond it a halt is raised and not waited for.
        public static let commandsMaximum = 1_024
        /// Microseconds between two digests of the state: hashing it takes milliseconds.
        public static let digestMicroseconds: Int64 = 5_000_000
        /// Milliseconds between two looks at the desk's health: a person sees a hanging disk at once.
        public static let healthMilliseconds: Int32 = 250
        /// Approved orders whose trace is remembered: more than may ever work at once.
        public static let tracedOrdersMaximum = 8_192
    }
}
