import Domain
import Platform

/// The engine's time: UTC, never decreasing, carried by the time since boot.
///
/// `speed` lets a paper desk live faster than the world; then there is no wall to disagree with.
final class EngineClock: Sendable {
    private struct Anchor {
        var wall: Int64
        var boot: Int64
    }

    private let anchor: Guarded<Anchor>
    private let speed: Int64

    /// Goes on from `latest`, the last time on record, when the wall is behind it.
    init(speed: Int64, from latest: Timestamp) {
        let wall = max(Machine.wallMicroseconds, latest.microseconds)
        anchor = Guarded(Anchor(wall: wall, boot: Machine.bootMicroseconds))
        self.speed = max(1, speed)
    }

    var now: Timestamp {
        let boot = Machine.bootMicroseconds
        return anchor.withLock { anchor in
            let (elapsed, overflow) = (boot - anchor.boot).multipliedReportingOverflow(by: speed)
            return Timestamp(microseconds: anchor.wall).adding(
                microseconds: overflow ? .max : elapsed)
        }
    }

    /// How far the wall is ahead of this clock.
    var skew: Int64 { speed == 1 ? Machine.wallMicroseconds - now.microseconds : 0 }

    /// Goes on from the wall when that is ahead. A wall that is behind is waited for: this clock
    /// never goes back, and says so as long as they disagree.
    func followWall() {
        let ahead = skew
        guard ahead > 0 else { return }
        anchor.withLock { $0.wall += ahead }
    }

    /// How many real microseconds a stretch of this clock's time takes.
    func real(_ microseconds: Int64) -> Int64 { microseconds / speed }
}
