/// What a reader of the live stream may subscribe to.
public struct Topic: Sendable, Hashable {
    /// What a message of the topic is.
    public enum Nature: Sendable {
        /// The whole of something as it now is: only the newest counts.
        case state
        /// Something that happened: each one counts.
        case event
    }

    public let name: String
    public let nature: Nature
    /// Its place in the tables of its hub, which have one entry for each topic.
    let index: Int
    /// Whether its messages are somebody's bytes as they came, without an envelope.
    let isBare: Bool

    init(_ name: String, _ nature: Nature, index: Int, isBare: Bool = false) {
        (self.name, self.nature, self.index, self.isBare) = (name, nature, index, isBare)
    }
}

/// The topics of a desk. Source: the design, "The surface".
extension Topic: CaseIterable {
    public static let truth = Topic("truth", .state, index: 0)
    public static let breaker = Topic("breaker", .state, index: 1)
    public static let budgets = Topic("budgets", .state, index: 2)
    public static let positions = Topic("positions", .state, index: 3)
    public static let orders = Topic("orders", .state, index: 4)
    public static let decisions = Topic("decisions", .event, index: 5)
    public static let trace = Topic("trace", .event, index: 6)
    public static let `operator` = Topic("operator", .event, index: 7)
    public static let quality = Topic("quality", .state, index: 8)
    public static let regime = Topic("regime", .state, index: 9)
    public static let alerts = Topic("alerts", .event, index: 10)
    public static let health = Topic("health", .state, index: 11)

    public static let allCases = [
        truth, breaker, budgets, positions, orders, decisions, trace, `operator`, quality, regime,
        alerts, health,
    ]
}

/// The topics of a server that stands alone, for public test suites.
extension Topic {
    /// What any client sends, to all WebSockets.
    static let broadcast = Topic("broadcast", .event, index: 0, isBare: true)
    /// The same texts, and a tick every second, to all readers of server-sent events.
    static let events = Topic("events", .event, index: 1, isBare: true)
}
