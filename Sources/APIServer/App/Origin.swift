public import Loop
import Wire

/// Where a connection comes from, and how far that is believed.
struct Origin {
    /// The numeric address of who is connected to us; `unix` for a socket of this machine.
    let peer: String
    /// Whether it is a proxy that may speak for others.
    let isTrusted: Bool
    /// Whom the proxy's first bytes have named.
    var named: String?
    /// Whether the connection may still begin with a proxy's header.
    var mayBeNamed: Bool
    /// The first bytes, while they are too few to tell.
    var early: [UInt8] = []

    init(_ peer: String, proxies: [ProxyTrust]) {
        self.peer = peer
        isTrusted = proxies.contains { $0.covers(peer) }
        mayBeNamed = isTrusted
    }

    /// The client's address and whether it came by TLS, as far as trusted proxies tell.
    func client(_ fields: HeaderBlock, proxies: [ProxyTrust]) -> (address: String, isTLS: Bool) {
        guard isTrusted else { return (peer, false) }
        let chain = ForwardedChain(fields)
        var address = named ?? peer
        for hop in chain.clients.reversed() {
            guard proxies.contains(where: { $0.covers(address) }) else { break }
            address = hop
        }
        return (address, chain.isTLS == true)
    }
}

/// Somebody who may speak for others: a block of addresses, or whoever may use our Unix socket.
public enum ProxyTrust: Hashable, Sendable {
    case network(Network)
    case unix

    /// `nil` when the text is neither a block nor `unix`.
    public init?(_ text: String) {
        if text == "unix" {
            self = .unix
        } else if let network = Network(text) {
            self = .network(network)
        } else {
            return nil
        }
    }

    func covers(_ address: String) -> Bool {
        switch self {
        case .network(let network): network.contains(address)
        case .unix: address == Self.unixPeer
        }
    }

    /// How a peer on a Unix socket is called.
    static let unixPeer = "unix"
}
