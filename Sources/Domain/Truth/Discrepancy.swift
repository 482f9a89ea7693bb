/// One thing in which our books and the venue's differ, or of which we are not sure.
public struct Discrepancy: Fields, Hashable, Sendable {
    public var component = TruthComponent.positions
    /// The order or execution it is about; empty for a position or a balance.
    public var id = ""
    public var kind = DiscrepancyKind.stale
    /// What we have.
    public var ours: Int64 = 0
    /// How many basis points of its component it takes away.
    public var severity: Int64 = 0
    public var symbol = ""
    /// What the venue has.
    public var venue: Int64 = 0

    public init() {}

    init(_ component: TruthComponent, _ kind: DiscrepancyKind, severity: Int64) {
        (self.component, self.kind, self.severity) = (component, kind, severity)
    }

    public mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) {
        coder.word("component", &component)
        coder.text("id", &id)
        coder.word("kind", &kind)
        coder.decimal("ours", &ours)
        coder.integer("severity_basis_points", &severity)
        coder.text("symbol", &symbol)
        coder.decimal("venue", &venue)
    }
}

/// What the score is made of. Source: algorithms, section 5.
public enum TruthComponent: UInt8, Coded {
    case positions = 0
    case orders = 1
    case fills = 2
    case balances = 3
    case freshness = 4
    case latency = 5

    public var name: StaticString {
        switch self {
        case .positions: "positions"
        case .orders: "orders"
        case .fills: "fills"
        case .balances: "balances"
        case .freshness: "freshness"
        case .latency: "latency"
        }
    }

    /// Basis points; all together 10,000.
    public var weight: Int64 {
        switch self {
        case .positions: 3000
        case .orders: 2500
        case .fills: 1500
        case .balances: 1500
        case .freshness: 1000
        case .latency: 500
        }
    }

    /// Whether the score is never above this component.
    public var isCritical: Bool { self == .positions || self == .orders || self == .balances }
}

/// How ours and the venue's differ.
public enum DiscrepancyKind: UInt8, Coded {
    /// Nothing recent enough to compare with.
    case stale = 0
    /// We hold the order as working, the venue does not know it.
    case unknownAtVenue = 1
    /// The venue works an order that is not ours.
    case foreignOrder = 2
    case quantityDiffers = 3
    case balanceDiffers = 4
    /// The venue executed something that it never reported to us.
    case missingFill = 5
    /// The venue reported one execution twice.
    case duplicateFill = 6
    /// The venue worked an order without ever acknowledging it.
    case unacknowledged = 7
    /// The venue's report took too long to reach us.
    case late = 8
    /// An execution of an order that is not ours.
    case foreignFill = 9

    public var name: StaticString {
        switch self {
        case .stale: "stale"
        case .unknownAtVenue: "unknown_at_venue"
        case .foreignOrder: "foreign_order"
        case .quantityDiffers: "quantity_differs"
        case .balanceDiffers: "balance_differs"
        case .missingFill: "missing_fill"
        case .duplicateFill: "duplicate_fill"
        case .unacknowledged: "unacknowledged"
        case .late: "late"
        case .foreignFill: "foreign_fill"
        }
    }
}
