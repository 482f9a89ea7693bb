import Platform

/// Counts attempts to sign in, and puts off whoever has had too many.
///
/// Every name at an address, and every address, has a bucket that fills by one an attempt, empties slowly, and is
/// relieved of what succeeded. There is a fixed number of buckets, found by a hash that nobody
/// outside can foresee; so memory is bounded, nobody can push another's count out, and a name that
/// does not exist is put off like one that does. Only signing in asks here, so a person with a token
/// halts the desk whatever goes on.
struct Attempts: Sendable {
    private struct Bucket {
        var level: Int64 = 0
        var emptied: Int64 = 0
    }

    /// How much a kind of bucket holds, and how slowly it empties.
    struct Patience: Sendable {
        let attempts: Int
        let microseconds: Int64
    }

    private let patience: Patience
    private let buckets: Guarded<[Bucket]>

    init(_ patience: Patience) {
        self.patience = patience
        buckets = Guarded(Array(repeating: Bucket(), count: Limits.App.attemptCounters))
    }

    /// Counts one attempt at `now` (boot clock, microseconds). Returns 0, or the seconds after which
    /// there is another one.
    func begin(_ name: String, at now: Int64) -> Int {
        let (index, patience) = (index(of: name), patience)
        return buckets.withLock { buckets in
            var bucket = buckets[index]
            let drops = (now - bucket.emptied) / patience.microseconds
            bucket.level = max(0, bucket.level - drops)
            bucket.emptied =
                bucket.level == 0 ? now : bucket.emptied + drops * patience.microseconds
            defer { buckets[index] = bucket }
            guard bucket.level < patience.attempts else {
                let wait = patience.microseconds - (now - bucket.emptied)
                return Int(max(1, (wait + 999_999) / 1_000_000))
            }
            bucket.level += 1
            return 0
        }
    }

    /// The attempt succeeded: it does not count.
    func succeed(_ name: String) {
        let index = index(of: name)
        buckets.withLock { $0[index].level = max(0, $0[index].level - 1) }
    }

    /// Hashed under a key that the process drew at random.
    private func index(of name: String) -> Int {
        var hasher = Hasher()
        hasher.combine(name)
        return Int(UInt(bitPattern: hasher.finalize()) % UInt(Limits.App.attemptCounters))
    }
}
