/// The closing handshake of one WebSocket: each side sends one Close frame, then TCP ends.
///
///     open ──close──▶ waiting ──received──▶ closed
///      ├───received (answer, then disconnect)──┤
///      └───failed (tell why, then disconnect)──┘
///
/// Source: RFC 6455, section 7.1.
public struct WebSocketClosing: Sendable {
    /// What the owner does next.
    public enum Action: Hashable, Sendable {
        case nothing
        case sendClose(code: UInt16)
        /// Sends a Close frame and ends the connection once it has left.
        case sendCloseAndDisconnect(code: UInt16)
        case disconnect
    }

    private enum State: Hashable {
        case open
        case waiting
        case closed
    }

    private var state = State.open

    public init() {}

    /// Whether data frames may still be sent.
    public var isOpen: Bool { state == .open }

    /// We want to close.
    public mutating func close(code: UInt16) -> Action {
        guard state == .open else { return .nothing }
        state = .waiting
        return .sendClose(code: code)
    }

    /// The peer sent a Close frame. Its code is echoed, or 1000 when it gave none.
    public mutating func received(code: UInt16?) -> Action {
        defer { state = .closed }
        return switch state {
        case .open: .sendCloseAndDisconnect(code: code ?? WebSocketCloseCode.normal)
        case .waiting: .disconnect
        case .closed: .nothing
        }
    }

    /// The peer broke a rule.
    public mutating func failed(_ failure: WebSocketFailure) -> Action {
        defer { state = .closed }
        return switch state {
        case .open: .sendCloseAndDisconnect(code: failure.code)
        case .waiting: .disconnect
        case .closed: .nothing
        }
    }
}
