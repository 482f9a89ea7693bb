import Platform
import Synchronization

/// The halt epoch that every order must not be older than, and whether one is just leaving.
///
/// Nothing ever lowers the epoch. All operations on the two words are sequentially consistent: the
/// thread that lets orders leave stores `sending`, then loads the epoch; a halt raises the epoch,
/// then loads `sending`. So either the order sees the halt, or the halt sees the order.
public final class HaltWord: Sendable {
    private let epoch: Atomic<UInt64>
    private let sending = Atomic<Bool>(false)

    /// Starts above every epoch that is on record.
    public init(epoch: UInt64) { self.epoch = Atomic(epoch) }

    public var current: UInt64 { epoch.load(ordering: .sequentiallyConsistent) }

    /// Only for `HaltSwitch`, which also makes the halt durable: raises the word and waits until no order is on its way, at most one millisecond.
    ///
    /// Thread: any. Returns the new epoch and whether the gate was seen closed in time.
    func raise() -> (epoch: UInt64, closed: Bool) {
        let limit = Machine.bootMicroseconds + Limits.Engine.gateCloseMicroseconds
        let raised = epoch.add(1, ordering: .sequentiallyConsistent).newValue
        while sending.load(ordering: .sequentiallyConsistent) {
            if Machine.bootMicroseconds > limit { return (raised, false) }
        }
        return (raised, true)
    }

    /// Runs `handOver` unless a halt newer than `recorded` was raised. Thread: the one on which the bus lets orders leave.
    ///
    /// Returns `false` when it was not run.
    func pass(recorded: UInt64, _ handOver: () -> Void) -> Bool {
        sending.store(true, ordering: .sequentiallyConsistent)
        defer { sending.store(false, ordering: .sequentiallyConsistent) }
        guard epoch.load(ordering: .sequentiallyConsistent) <= recorded else { return false }
        handOver()
        return true
    }
}
