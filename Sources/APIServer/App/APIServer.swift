public import Crypto
import Domain
public import Engine
public import Loop
public import Platform
public import Wire

/// What an API server is made with, besides its engine.
public struct APIServerConfiguration: Sendable {
    public var address: SocketAddress
    public var loops = min(Limits.Server.loopsMaximum, max(1, Machine.allowedCores - 1))
    public var vault: Vault
    /// When given, the port speaks TLS.
    public var tls: TLSIdentity?
    public var backends = Backends()
    /// SHA-256 of the running program.
    public var binaryDigest: Digest256
    /// Who may speak for others.
    public var proxies: [ProxyTrust] = []
    /// A Unix socket to listen on besides.
    public var unixPath: String?
    /// Listening sockets that somebody else has opened.
    public var inherited: [ListeningDescriptor] = []
    /// Where a successor asks for ours; `nil` when none may.
    public var handoverPath: String?
    /// Hears that a successor has our listening sockets: time to end.
    public var handedOver: @Sendable () -> Void = {}
    /// What answers a GET that no endpoint does: the console's files.
    public var files: @Sendable (Request) -> Response? = { _ in nil }
    public var log: @Sendable (String) -> Void = { _ in }
    /// UTC in microseconds: what tokens are made with and judged by.
    public var clock: @Sendable () -> Int64 = { Machine.wallMicroseconds }

    public init(address: SocketAddress, vault: Vault, binaryDigest: Digest256) {
        (self.address, self.vault, self.binaryDigest) = (address, vault, binaryDigest)
    }
}

/// The operator's side of one engine: identity, endpoints, live topics and metrics on one port.
///
/// Make it before the engine starts, so that it hears of everything; then `start` it.
/// Thread: any.
public final class APIServer: Sendable {
    private let configuration: APIServerConfiguration
    private let engine: Engine
    private let hub: LiveHub
    private let feed: Feed
    private let counters = Counters()
    private let worker: Worker
    private let alarm: Alarm
    private let digests: DigestKeeper
    private let watch: Pulse
    private let tlsWatch: Pulse?
    private let server = Guarded<Server?>(nil)
    private let handover = Guarded<HandoverHost?>(nil)

    public init(engine: Engine, configuration: APIServerConfiguration) throws(SystemError) {
        (self.engine, self.configuration) = (engine, configuration)
        let began = Machine.wallMicroseconds
        let state = engine.opening.core.state
        // Microseconds fit into 53 bits for two hundred years yet, and no two starts share one.
        hub = LiveHub(
            epoch: UInt64(began), time: Timestamp(microseconds: began), mode: state.started.mode)
        feed = Feed(
            setting: StateView.Setting(
                backends: configuration.backends, binary: configuration.binaryDigest,
                run: String(began, radix: 36)),
            hub: hub, counters: counters, obstacles: { engine.obstacles })
        worker = try Worker()
        alarm = try Alarm()
        digests = DigestKeeper(state, worker: worker)
        // What changes without a view, such as a journal that hangs.
        watch = try Pulse("health", every: Limits.App.healthMilliseconds) { [feed] in feed.look() }
        tlsWatch = try configuration.tls.map { identity throws(SystemError) in
            try Pulse("tls", every: Limits.TLS.lookMilliseconds) {
                identity.look(at: Machine.bootMicroseconds)
            }
        }
        engine.subscribe { [feed] view, publications in feed.take(view, publications) }
        feed.shelf.begin(with: engine.decisions)
    }

    /// Opens the port and serves. Returns the port, which is the kernel's choice where 0 was asked.
    @discardableResult
    public func start() throws(Server.Failure) -> UInt16 {
        var options = ServerOptions(
            address: configuration.address, loops: configuration.loops,
            endpoints: services.endpoints, authenticator: authenticator, hub: hub,
            fallback: configuration.files)
        options.tls = configuration.tls
        let log = configuration.log
        options.report = { id, error in
            log("request \(id): \(error.code): \(error.message): \(error.cause ?? "")")
        }
        options.proxies = configuration.proxies
        options.unixPath = configuration.unixPath
        options.inherited = configuration.inherited
        let started = try Server(options)
        server.withLock { $0 = started }
        if let path = configuration.handoverPath {
            do throws(SystemError) {
                let host = try HandoverHost(
                    path, numbers: started.listeners, given: configuration.handedOver)
                handover.withLock { $0 = host }
            } catch { throw .system(error) }
        }
        return started.port
    }

    /// Takes no more requests, finishes those there are, and ends the threads. Called once.
    /// - Parameter deadline: Microseconds after which everything is closed, done or not.
    public func stop(deadline: Int64 = 2_000_000) {
        let running = server.withLock { server in
            defer { server = nil }
            return server
        }
        let host = handover.withLock { host in
            defer { host = nil }
            return host
        }
        host?.close()
        running?.stop(deadline: deadline)
        watch.close()
        tlsWatch?.close()
        alarm.close()
        worker.close()
    }

    /// Every operation, in the order of the document.
    var services: Services {
        Services(
            desk: engine, feed: feed,
            login: Login(
                vault: configuration.vault, worker: worker, counters: counters,
                now: configuration.clock),
            digests: digests, alarm: alarm, metrics: { [weak self] in self?.figures.text ?? "" },
            binary: configuration.binaryDigest,
            asksServices: configuration.tls?.asksServices == true)
    }

    private var authenticator: TokenAuthenticator {
        let watch = VaultWatch(configuration.vault, worker: worker, counters: counters) {
            [weak self] in self?.server.withLock { $0 }?.revocationMoved()
        }
        return TokenAuthenticator(
            vault: configuration.vault, counters: counters, watch: watch, now: configuration.clock)
    }

    private var figures: Figures {
        Figures(
            counters: counters, server: server.withLock { $0 }?.counters ?? [],
            tls: configuration.tls,
            engine: engine.counts, view: feed.latest?.view,
            mayOpen: engine.obstacles.isEmpty)
    }
}
