import Glibc

/// The signals by which a process is asked for something.
public enum Signals {
    /// What it is asked for.
    public enum Wish: Hashable, Sendable {
        /// SIGTERM or SIGINT.
        case end
        /// SIGHUP: to read its files again.
        case reload
    }

    /// Has every thread that is made from now on leave them to `wait`. Called first, on the main
    /// thread. A write to a closed socket is an error from now on, not the end of the process.
    public static func block() {
        var set = Self.awaited()
        _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for the next wish. Source: sigwait(3).
    public static func wait() -> Wish {
        var set = Self.awaited()
        var number: CInt = 0
        while unsafe sigwait(&set, &number) != 0 {}
        return number == SIGHUP ? .reload : .end
    }

    /// Wishes for something in place of whoever would send a signal.
    public static func ask(_ wish: Wish) {
        _ = kill(getpid(), wish == .end ? SIGTERM : SIGHUP)
    }

    private static func awaited() -> sigset_t {
        var set = sigset_t()
        _ = unsafe sigemptyset(&set)
        _ = unsafe sigaddset(&set, SIGTERM)
        _ = unsafe sigaddset(&set, SIGINT)
        _ = unsafe sigaddset(&set, SIGHUP)
        return set
    }
}
