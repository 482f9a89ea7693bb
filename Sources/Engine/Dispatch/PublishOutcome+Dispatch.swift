import Domain

extension PublishOutcome {
    /// What the writer is told of an order of which the bus said so.
    var dispatch: DispatchOutcome {
        switch self {
        case .stored, .sent: .sent
        case .withheld: .withheld
        case .refused: .refused
        case .unknown: .unknown
        }
    }
}
