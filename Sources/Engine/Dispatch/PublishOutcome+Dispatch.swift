import Domain

extension PublishOutcome {
    /// What the writer is told of an order that was handed over so.
    var dispatch: DispatchOutcome {
        switch self {
        case .stored, .sent: .sent
        case .refused: .refused
        case .unknown: .unknown
        }
    }
}
