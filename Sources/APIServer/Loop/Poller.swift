import CLinux
public import Platform

/// What has become possible on one descriptor.
public struct Readiness: Sendable {
    public let token: Token
    /// Bytes, an end or an error wait to be read.
    public let readable: Bool
    public let writable: Bool
    /// The peer has ended its side: reading goes on until its end, whatever comes before it.
    public let ended: Bool
}

/// Waits for many descriptors at once.
///
/// Connections are watched edge-triggered: an event tells that something changed, once, and who
/// read less than there was room for has read everything.
/// Source: epoll(7).
@safe public struct Poller: ~Copyable {
    private let descriptor: Descriptor
    private let events: UnsafeMutableBufferPointer<epoll_event>

    /// - Parameter eventsMaximum: How many events one wait returns.
    public init(eventsMaximum: Int) throws(SystemError) {
        let number = try system("epoll_create1") { epoll_create1(CInt(EPOLL_CLOEXEC)) }
        descriptor = Descriptor(adopting: number)
        unsafe events = .allocate(capacity: eventsMaximum)
        unsafe events.initialize(repeating: epoll_event())
    }

    deinit { unsafe events.deallocate() }

    /// Watches a connection: reading, writing and the peer's end, edge-triggered.
    public func watch(connection number: CInt, as token: Token) throws(SystemError) {
        let flags = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        try control(EPOLL_CTL_ADD, number, flags, token)
    }

    /// Watches a bell or a listener: reported as long as there is something to take.
    public func watch(reading number: CInt, as token: Token) throws(SystemError) {
        try control(EPOLL_CTL_ADD, number, EPOLLIN.rawValue, token)
    }

    /// Ends a watch; closing the descriptor does the same.
    public func forget(_ number: CInt) throws(SystemError) {
        try control(EPOLL_CTL_DEL, number, 0, .bell)
    }

    /// Waits for events, at most `milliseconds` (-1: for ever), and puts them into `ready`.
    public mutating func wait(
        milliseconds: CInt, into ready: inout [Readiness]
    ) throws(SystemError) {
        ready.removeAll(keepingCapacity: true)
        let number = descriptor.number
        let count = try system("epoll_wait") {
            unsafe epoll_wait(number, events.baseAddress, CInt(events.count), milliseconds)
        }
        for index in 0..<Int(count) {
            let (flags, data) = unsafe (events[index].events, events[index].data.u64)
            let ended = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
            ready.append(
                Readiness(
                    token: Token(packed: data),
                    readable: flags & (EPOLLIN.rawValue | ended) != 0,
                    writable: flags & (EPOLLOUT.rawValue | EPOLLERR.rawValue) != 0,
                    ended: flags & ended != 0))
        }
    }

    private func control(
        _ operation: CInt, _ number: CInt, _ flags: UInt32, _ token: Token
    ) throws(SystemError) {
        var event = unsafe epoll_event()
        unsafe event.events = flags
        unsafe event.data.u64 = token.packed
        let poller = descriptor.number
        try system("epoll_ctl") { unsafe epoll_ctl(poller, operation, number, &event) }
    }
}
