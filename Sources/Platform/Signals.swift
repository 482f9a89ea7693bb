import Glibc

/// The signals by which a process is asked to end.
public enum Signals {
    /// Has every thread that is made from now on leave them to `wait`. Called first, on the main
    /// thread. A write to a closed socket is an error from now on, not the end of the process.
    public static func block() {
        var set = Self.ending()
        _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for SIGTERM or SIGINT. Source: sigwait(3).
    public static func wait() {
        var set = Self.ending()
        var number: CInt = 0
        while unsafe sigwait(&set, &number) != 0 {}
    }

    private static func ending() -> sigset_t {
        var set = sigset_t()
        _ = unsafe sigemptyset(&set)
        _ = unsafe sigaddset(&set, SIGTERM)
        _ = unsafe sigaddset(&set, SIGINT)
        return set
    }
}
