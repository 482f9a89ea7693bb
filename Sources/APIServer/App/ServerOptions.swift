public import Loop
public import Platform
public import Wire

/// What a server is made of.
public struct ServerOptions: Sendable {
    public var address: SocketAddress
    public var loops: Int
    /// Of each loop; fewer where the process may not have that many descriptors.
    public var connectionsMaximum = Limits.Server.connectionsMaximum
    public var endpoints: [Endpoint]
    public var authenticator: any Authenticator
    public var hub: LiveHub
    /// What a request of either version of HTTP may take.
    public var http1 = HTTP1Maxima.server
    public var http2 = HTTP2Maxima.server
    /// When given, every connection over TCP speaks TLS with it.
    public var tls: TLSIdentity?
    /// Who may speak for others, by PROXY protocol or by `Forwarded`.
    public var proxies: [ProxyTrust] = []
    /// A Unix socket to listen on besides; it never speaks TLS.
    public var unixPath: String?
    /// Listening sockets that somebody else has opened: then the address is theirs.
    public var inherited: [ListeningDescriptor] = []
    /// What answers a GET that no endpoint does: the console's files.
    public var fallback: @Sendable (Request) -> Response?
    /// Hears of failures of ours, with the request's id: the log.
    public var report: @Sendable (_ requestID: String, APIError) -> Void

    public init(
        address: SocketAddress, loops: Int = max(1, Machine.allowedCores - 1),
        endpoints: [Endpoint], authenticator: any Authenticator, hub: LiveHub,
        fallback: @escaping @Sendable (Request) -> Response? = { _ in nil },
        report: @escaping @Sendable (_ requestID: String, APIError) -> Void = { _, _ in }
    ) {
        precondition(
            (1...Limits.Server.loopsMaximum).contains(loops),
            "Invariant: a server has between one and \(Limits.Server.loopsMaximum) loops")
        (self.address, self.loops, self.endpoints) = (address, loops, endpoints)
        (self.authenticator, self.hub) = (authenticator, hub)
        (self.fallback, self.report) = (fallback, report)
    }
}
