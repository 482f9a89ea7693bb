public import Domain
public import Platform

/// Participants in wall time: one thread that runs them when a message arrives or a wake is due.
///
/// Thread: `init` and `close` from any, each once.
public final class ParticipantThread: Sendable {
    /// What a thread lives by.
    public struct Life: Sendable {
        /// The engine's time.
        public var time: @Sendable () -> Timestamp
        /// How much faster than the world that time goes.
        public var speed: Int64 = 1
        /// Hears once why a participant fell silent.
        public var log: @Sendable (String) -> Void = { _ in }

        public init(time: @escaping @Sendable () -> Timestamp) { self.time = time }
    }

    private let bell: Bell
    private let isClosed = Guarded(false)
    private let failures = Guarded<[ParticipantError]>([])
    private let thread = Guarded<Thread?>(nil)

    /// Subscribes and starts. `name` shows in debuggers: at most 15 bytes.
    public init(
        _ participants: sending [any Participant], name: String, bus: any Bus, life: Life
    ) throws(ParticipantStartError) {
        precondition(life.speed > 0, "Invariant: time goes forward")
        do {
            let bell = try Bell()
            var hosts: [ParticipantHost] = []
            for participant in participants {
                hosts.append(try ParticipantHost(participant, bus: bus) { bell.ring() })
            }
            self.bell = bell
            let box = Guarded(hosts)
            let started = try Thread(name: name) { [isClosed, failures] in
                box.withLock { hosts in
                    while !isClosed.withLock({ $0 }) {
                        Self.turn(hosts, bell, life, failures)
                    }
                }
            }
            thread.withLock { $0 = started }
        } catch let error as BusError {
            throw .bus(error)
        } catch let error as SystemError {
            throw .system(error)
        } catch {
            preconditionFailure("Invariant: starting throws no other error: \(error)")
        }
    }

    /// Why participants fell silent; empty while all is well.
    public var failed: [ParticipantError] { failures.withLock { $0 } }

    /// Ends the thread after what it is doing. What has not been acknowledged comes again.
    public func close() {
        isClosed.withLock { $0 = true }
        bell.ring()
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        running?.join()
    }

    private static func turn(
        _ hosts: [ParticipantHost], _ bell: Bell, _ life: Life,
        _ failures: Guarded<[ParticipantError]>
    ) {
        let now = life.time().microseconds
        for host in hosts {
            let wasWell = host.failure == nil
            host.run(at: now)
            if wasWell, let failure = host.failure {
                failures.withLock { $0.append(failure) }
                life.log("\(failure)")
            }
        }
        let next = hosts.compactMap(\.nextWake).min() ?? .max
        bell.wait(milliseconds: milliseconds(until: next, life))
    }

    /// How long to sleep, rounded up, 0 when it is late already.
    static func milliseconds(until wake: Int64, _ life: Life) -> CInt {
        let (left, overflow) = wake.subtractingReportingOverflow(life.time().microseconds)
        if overflow { return CInt(wake < 0 ? 0 : Limits.Desk.sleepMilliseconds) }
        let real = left <= 0 ? 0 : (left / life.speed) / 1000 + 1
        return CInt(min(real, Limits.Desk.sleepMilliseconds))
    }
}

/// Why participants could not be started.
public enum ParticipantStartError: Error, Sendable, CustomStringConvertible {
    case bus(BusError)
    case system(SystemError)

    public var description: String {
        switch self {
        case .bus(let error): "\(error)"
        case .system(let error): "\(error)"
        }
    }
}
