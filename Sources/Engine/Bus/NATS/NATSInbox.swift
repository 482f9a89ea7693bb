import Platform

/// A message as libnats handed it over.
struct NATSMessage: Sendable {
    let subject: String
    let reply: String?
    let headers: [BusHeader]
    let payload: [UInt8]

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// What libnats's threads tell ours.
enum NATSEvent: Sendable {
    /// For the subscription of that number; 0 is where confirmations arrive.
    case message(subscription: Int, NATSMessage)
    /// The connection of that number is closed for good.
    case closed(connection: Int)
}

/// Where libnats's threads put things, and nothing more; the bus's thread takes them out.
///
/// Bounded: a subscriber has at most `coreInboxMaximum` messages here. For confirmations and
/// pulled messages that is far above what was asked for; for core messages the newest are dropped.
final class NATSInbox: Sendable {
    private struct State {
        var events: [NATSEvent] = []
        var waiting: [Int: Int] = [:]
        var dropped: UInt64 = 0
    }

    private let state = Guarded(State())
    let bell: Bell

    init() throws(SystemError) { bell = try Bell() }

    var dropped: UInt64 { state.withLock { $0.dropped } }

    func put(_ event: NATSEvent) {
        let rings = state.withLock { state in
            if case .message(let subscription, _) = event {
                let waiting = state.waiting[subscription, default: 0]
                guard waiting < Limits.Bus.coreInboxMaximum else {
                    state.dropped += 1
                    return false
                }
                state.waiting[subscription] = waiting + 1
            }
            state.events.append(event)
            return state.events.count == 1
        }
        if rings { bell.ring() }
    }

    func take() -> [NATSEvent] {
        state.withLock { state in
            defer {
                state.events = []
                state.waiting.removeAll(keepingCapacity: true)
            }
            return state.events
        }
    }
}
