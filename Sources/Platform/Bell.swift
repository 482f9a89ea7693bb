import CLinux
import Glibc

/// Wakes a thread that waits: rung from any thread, heard by one.
///
/// Rings that nobody has heard yet count once.
/// Source: eventfd(2).
public final class Bell: Sendable {
    private let descriptor: Descriptor

    public init() throws(SystemError) {
        let number = try system("eventfd") { eventfd(0, CInt(EFD_NONBLOCK | EFD_CLOEXEC)) }
        descriptor = Descriptor(adopting: number)
    }

    /// For a poller: readable when the bell was rung.
    public var number: CInt { descriptor.number }

    public func ring() { _ = eventfd_write(descriptor.number, 1) }

    /// Forgets the rings so far.
    public func clear() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor.number, &count)
    }

    /// Waits until the bell is rung, at most `milliseconds` (-1: for ever). Clears it.
    public func wait(milliseconds: CInt) {
        var poll = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        _ = unsafe Glibc.poll(&poll, 1, milliseconds)
        clear()
    }
}
