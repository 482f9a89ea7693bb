import Domain
import Synchronization

/// A stop on its way out: leaves once, either when its record is durable or when it has waited too
/// long for that.
final class StopTicket: Sendable {
    let effect: StopEffect
    private let left = Atomic<Bool>(false)

    init(_ effect: StopEffect) { self.effect = effect }

    /// Whether the caller is the one who sends it.
    func claim() -> Bool {
        left.compareExchange(expected: false, desired: true, ordering: .sequentiallyConsistent)
            .exchanged
    }
}

/// What leaves only while no newer halt was raised.
enum OrderedEffect: Sendable {
    case order(OrderEffect)
    /// That the desk is no longer halted.
    case open(HaltStateEffect)
}
