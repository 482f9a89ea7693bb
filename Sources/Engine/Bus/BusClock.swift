import Platform

/// The time of an embedded bus in UTC microseconds: it never decreases.
enum BusClock {
    /// The wall's time at some moment, carried forward by the time since boot.
    case steady(wall: Int64, boot: Int64)
    /// What somebody said it is.
    case virtual(Int64)

    static var wall: BusClock {
        .steady(wall: Machine.wallMicroseconds, boot: Machine.bootMicroseconds)
    }

    var now: Int64 {
        switch self {
        case .steady(let wall, let boot): wall + Machine.bootMicroseconds - boot
        case .virtual(let time): time
        }
    }

    mutating func advance(to time: Int64) {
        guard case .virtual(let now) = self else {
            preconditionFailure("Invariant: only virtual time is advanced by hand")
        }
        self = .virtual(max(now, time))
    }

    /// How long to sleep, rounded up; -1 for ever.
    func milliseconds(until time: Int64?) -> CInt {
        guard let time else { return -1 }
        return CInt(clamping: max(0, (time - now + 999) / 1_000))
    }
}
