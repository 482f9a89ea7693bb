import Platform

/// One thread that calls back when somebody has waited long enough.
///
/// Every wait is equally long, so they end in the order in which they began.
final class Alarm: Sendable {
    private struct Wait {
        let number: UInt64
        let ends: Int64
        let ring: @Sendable () -> Void
    }

    private struct Waits {
        var list: [Wait] = []
        var number: UInt64 = 0
        var isClosed = false
    }

    private let waits = Guarded(Waits())
    private let bell: Bell
    private let microseconds: Int64
    private let thread = Guarded<Thread?>(nil)

    init(microseconds: Int64 = Limits.App.recordWaitMicroseconds) throws(SystemError) {
        self.microseconds = microseconds
        bell = try Bell()
        let started = try Thread(name: "alarm") { [self] in run() }
        thread.withLock { $0 = started }
    }

    /// Calls `ring` once the wait is over, on the alarm's thread, unless it is cancelled before.
    /// Returns the wait's number; `nil` when too many wait already.
    func begin(_ ring: @escaping @Sendable () -> Void) -> UInt64? {
        let ends = Machine.bootMicroseconds + microseconds
        let (number, isFirst): (UInt64?, Bool) = waits.withLock { waits in
            guard waits.list.count < Limits.App.commandsMaximum, !waits.isClosed else {
                return (nil, false)
            }
            waits.number += 1
            waits.list.append(Wait(number: waits.number, ends: ends, ring: ring))
            return (waits.number, waits.list.count == 1)
        }
        if isFirst { bell.ring() }
        return number
    }

    func cancel(_ number: UInt64) {
        waits.withLock { waits in waits.list.removeAll { $0.number == number } }
    }

    /// Ends every wait at once, and the thread.
    func close() {
        waits.withLock { $0.isClosed = true }
        bell.ring()
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        running?.join()
    }

    private func run() {
        while true {
            let now = Machine.bootMicroseconds
            let (over, next, isClosed): ([Wait], Int64?, Bool) = waits.withLock { waits in
                let over = waits.list.prefix { $0.ends <= now || waits.isClosed }
                waits.list.removeFirst(over.count)
                return (Array(over), waits.list.first?.ends, waits.isClosed)
            }
            for wait in over { wait.ring() }
            if isClosed { return }
            bell.wait(milliseconds: next.map { CInt(clamping: ($0 - now) / 1000 + 1) } ?? -1)
        }
    }
}
