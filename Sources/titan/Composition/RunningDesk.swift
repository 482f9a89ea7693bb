import APIServer
import Crypto
import Domain
import Engine
import Logging
import Loop
import Platform

/// The whole desk in wall time: engine, its neighbours on the bus, and the server in front.
final class RunningDesk {
    private let settings: Settings
    private let engine: Engine
    private let bus: any Bus
    private let server: APIServer
    private let neighbours: [ParticipantThread]
    private let tls: TLSIdentity?
    private let log: Logger
    /// The port that was bound.
    let port: UInt16

    /// Recovers the desk and starts every part of it. A part that cannot start throws, and the process
    /// ends: what was recorded by then stands.
    init(
        _ settings: Settings, inherited: [ListeningDescriptor] = [], log: Logger
    ) throws {
        try Self.expectSense(settings)
        (self.settings, self.log) = (settings, log)
        tls = try Self.tls(settings, log)
        let policy = try PolicyFile.read(settings.policyFile)
        let bars = try Inhabitants.bars(settings)
        _ = try Self.faults(settings)
        let vault = try Vault(directory: settings.dataDirectory, key: settings.vaultKeyGiven)
        let key = settings.signingKey ?? vault.busKey
        bus = try Self.bus(settings)
        let configuration = try Self.configuration(settings, policy, key, log)
        engine = try Engine(configuration, bus: bus)
        var serving = try Self.server(settings, vault, configuration, tls, log)
        serving.inherited = inherited
        server = try APIServer(engine: engine, configuration: serving)
        // The port first: when it is taken, nothing has happened yet.
        do { port = try server.start() } catch {
            throw StartError("\(error); choose another with --port, or 0 for any that is free")
        }
        let shown = try Bell()
        engine.subscribe { view, _ in if view != nil { shown.ring() } }
        try engine.start()
        let inhabitants = Inhabitants(
            settings: settings, policy: policy, key: key, start: engine.time())
        neighbours = try Self.neighbours(inhabitants, bars, engine, bus, log)
        // Ready means that the first record is durable, or that it is known why it never will be.
        while engine.view == nil { shown.wait(milliseconds: 100) }
    }

    /// Stops taking requests, finishes what is under way, makes it durable. Within five seconds.
    func stop() {
        server.stop()
        // The venue hears what the engine still has to say.
        engine.stop()
        for neighbour in neighbours { neighbour.close() }
    }

    /// Reads again what can change while the desk runs.
    func reload() {
        guard let tls else { return log.info("there is nothing to read again") }
        tls.reload()
    }

    private static func tls(
        _ settings: Settings, _ log: Logger
    ) throws(StartError) -> TLSIdentity? {
        guard let paths = settings.tls else { return nil }
        do { return try TLSIdentity(paths) { log.warning("\($0)") } } catch {
            throw StartError("\(error)")
        }
    }

    private static func expectSense(_ settings: Settings) throws(StartError) {
        if settings.mode != .paper,
            settings.hasPaperVenue || settings.hasSimulatedPhases || settings.market != .external
        {
            throw StartError(
                "mode \(settings.mode.name) trades for real: it needs --execution external, "
                    + "--phases external and --market external")
        }
        if settings.nats.isEmpty, !settings.hasPaperVenue {
            throw StartError("--execution external needs a broker: give --nats nats://HOST:PORT")
        }
    }

    private static func faults(_ settings: Settings) throws(StartError) -> VenueFaults {
        do { return try VenueFaults(settings.venueFaults) } catch { throw StartError("\(error)") }
    }

    private static func bus(_ settings: Settings) throws(StartError) -> any Bus {
        if settings.nats.isEmpty {
            do {
                return try EmbeddedBus(core: try BusCore(streams: StreamSpecification.all))
            } catch { throw StartError("bus: \(error)") }
        }
        do { return try NATSBus(url: settings.nats) } catch {
            throw StartError("nats \(settings.nats): \(error)")
        }
    }

    private static func server(
        _ settings: Settings, _ vault: Vault, _ engine: EngineConfiguration, _ tls: TLSIdentity?,
        _ log: Logger
    ) throws(StartError) -> APIServerConfiguration {
        guard let address = SocketAddress(host: settings.host, port: settings.port) else {
            preconditionFailure("Invariant: the settings hold a numeric address")
        }
        var configuration = APIServerConfiguration(
            address: address, vault: vault, binaryDigest: engine.binaryDigest)
        if settings.loops > 0 { configuration.loops = settings.loops }
        configuration.backends.bus = settings.nats.isEmpty ? .embedded : .external
        configuration.log = { log.info("\($0)") }
        configuration.tls = tls
        configuration.proxies = settings.proxies
        configuration.unixPath = settings.unixSocket
        configuration.handoverPath = settings.dataDirectory + "/handover.sock"
        configuration.handedOver = { Signals.ask(.end) }
        do {
            let files = try StaticFiles(directory: settings.webRoot)
            configuration.files = { files.respond(to: $0) }
        } catch {
            log.warning("no console: \(error); 'make console' builds it")
        }
        return configuration
    }

    private static func configuration(
        _ settings: Settings, _ policy: Policy, _ key: SigningKey, _ log: Logger
    ) throws -> EngineConfiguration {
        var configuration = EngineConfiguration(
            directory: settings.dataDirectory, key: key,
            desk: Hex.text(Machine.randomBytes(count: 3)),
            traceSeed: Digest256(bytes: Machine.randomBytes(count: 32)))
        (configuration.policy, configuration.cash) = (policy, settings.cash)
        // Paper is armed, so that something happens at once; every other mode starts disarmed.
        (configuration.mode, configuration.armed) = (settings.mode, settings.mode == .paper)
        if case .times(let speed) = settings.speed { configuration.speed = speed }
        configuration.binaryDigest = try BinaryDigest.current()
        configuration.log = { log.warning("\($0)") }
        return configuration
    }

    private static func neighbours(
        _ inhabitants: Inhabitants, _ bars: [Bar]?, _ engine: Engine, _ bus: any Bus, _ log: Logger
    ) throws -> [ParticipantThread] {
        let settings = inhabitants.settings
        var life = ParticipantThread.Life(time: engine.time)
        if case .times(let speed) = settings.speed { life.speed = speed }
        life.log = { log.error("\($0)") }
        var store: VenueFile?
        if settings.hasPaperVenue {
            do { store = try VenueFile(directory: settings.dataDirectory + "/venue") } catch {
                throw StartError("\(error)")
            }
        }
        let all = try inhabitants.make(bars: bars, store: store)
        if all.isEmpty { return [] }
        return [try ParticipantThread(all, name: "desk", bus: bus, life: life)]
    }
}
