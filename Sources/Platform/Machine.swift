import CLinux
import Glibc

/// What this process may use of the machine, and what its clocks say.
public enum Machine {
    /// How many cores this process may run on, at least 1. Source: sched_getaffinity(2).
    public static var allowedCores: Int { max(1, Int(CLinux_allowed_cores())) }

    /// UTC, in microseconds since 1970.
    public static var wallMicroseconds: Int64 { microseconds(CLOCK_REALTIME) }

    /// Time since boot, suspended time included, in microseconds. Never steps back.
    public static var bootMicroseconds: Int64 { microseconds(CLOCK_BOOTTIME) }

    /// For measuring: nanoseconds that never step back and stand still in suspension.
    public static var steadyNanoseconds: Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Fills an array with bytes from the kernel's generator. Source: getrandom(2).
    public static func randomBytes(count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let filled = unsafe bytes.withUnsafeMutableBytes {
            unsafe getrandom($0.baseAddress, $0.count, 0)
        }
        precondition(filled == count, "Invariant: the kernel always has random bytes")
        return bytes
    }

    /// Raises the number of descriptors that this process may have open as far as it is allowed to.
    /// Returns it. Source: getrlimit(2).
    public static func raiseDescriptors() throws(SystemError) -> Int {
        let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        try system("getrlimit") { unsafe getrlimit(descriptors, &limit) }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            try system("setrlimit") { unsafe setrlimit(descriptors, &limit) }
        }
        return Int(clamping: limit.rlim_cur)
    }

    private static func microseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
