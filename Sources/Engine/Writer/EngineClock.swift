import Domain
import Platform

/// The engine's time: UTC, never decreasing, carried by the time since boot.
///
/// `speed` lets a paper desk live faster than the world; then there is no wall to disagree with.
struct EngineClock: Sendable {
    private let wallStart: Int64
    private let bootStart: Int64
    private let speed: Int64

    /// Goes on from `latest`, the last time on record, when the wall is behind it.
    init(speed: Int64, from latest: Timestamp) {
        wallStart = max(Machine.wallMicroseconds, latest.microseconds)
        bootStart = Machine.bootMicroseconds
        self.speed = speed
    }

    var now: Timestamp {
        let elapsed = Machine.bootMicroseconds - bootStart
        return Timestamp(microseconds: wallStart + elapsed * speed)
    }

    /// How far the wall is ahead of this clock.
    var skew: Int64 { speed == 1 ? Machine.wallMicroseconds - now.microseconds : 0 }

    /// How many real microseconds a stretch of this clock's time takes.
    func real(_ microseconds: Int64) -> Int64 { microseconds / speed }
}
