/// What a reader of the live stream may subscribe to. Source: the design, "The surface".
public enum Topic: String, Sendable, Hashable, CaseIterable {
    case truth
    case breaker
    case budgets
    case positions
    case orders
    case decisions
    case trace
    case `operator`
    case quality
    case regime
    case alerts
    case health

    /// What a message of the topic is.
    public enum Nature: Sendable {
        /// The whole of something as it now is: only the newest counts.
        case state
        /// Something that happened: each one counts.
        case event
    }

    public var nature: Nature {
        switch self {
        case .truth, .breaker, .budgets, .positions, .orders, .quality, .regime, .health: .state
        case .decisions, .trace, .operator, .alerts: .event
        }
    }

    /// Its place in tables with one entry for each topic.
    var index: Int {
        switch self {
        case .truth: 0
        case .breaker: 1
        case .budgets: 2
        case .positions: 3
        case .orders: 4
        case .decisions: 5
        case .trace: 6
        case .operator: 7
        case .quality: 8
        case .regime: 9
        case .alerts: 10
        case .health: 11
        }
    }
}
