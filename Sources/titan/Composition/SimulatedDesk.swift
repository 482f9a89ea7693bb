import Crypto
import Domain
import Engine
import Platform

/// A whole desk in virtual time: everything follows from the settings.
struct SimulatedDesk {
    private let simulation: Simulation
    private let end: Timestamp

    /// Where a made-up market begins: 2026-01-01T00:00:00Z.
    private static let epoch = Timestamp(microseconds: 1_767_225_600_000_000)

    /// - Parameter sink: Where the records go.
    init(
        _ settings: Settings, sink: any RecordSink, log: @escaping @Sendable (String) -> Void
    ) throws {
        let policy = try PolicyFile.read(settings.policyFile)
        let bars = try Inhabitants.bars(settings)
        let start = bars?.first?.time ?? Self.epoch
        let seed = SHA256.hash(Array("simulation \(settings.seed)".utf8))
        let key = SigningKey(id: "simulation", secret: seed.bytes)
        var inhabitants = Inhabitants(settings: settings, policy: policy, key: key, start: start)
        inhabitants.snapshotInterval = Limits.Simulation.snapshotMicroseconds
        if bars != nil { inhabitants.signalInterval = Limits.Simulation.signalMicroseconds }
        inhabitants.ticksPerBar = Limits.Simulation.ticksPerBar
        var configuration = EngineConfiguration(
            directory: "", key: key, desk: "sim", traceSeed: seed)
        (configuration.policy, configuration.cash) = (policy, settings.cash)
        (configuration.mode, configuration.log) = (settings.mode, log)
        configuration.binaryDigest = try BinaryDigest.current()
        let bus = try EmbeddedBus(
            core: BusCore(streams: StreamSpecification.all), virtualTime: start.microseconds)
        let hosts = try inhabitants.make(bars: bars, store: VenueMemory()).map {
            try ParticipantHost($0, bus: bus)
        }
        simulation = try Simulation(
            configuration, bus: bus, participants: hosts, sink: sink, start: start,
            tickMicroseconds: Limits.Simulation.tickMicroseconds)
        end =
            bars?.last.map { $0.time.adding(microseconds: 60_000_000) }
            ?? Timestamp(microseconds: .max)
    }

    func run(steps: UInt64 = .max) throws -> SimulationReport {
        try simulation.run(steps: steps, until: end)
    }
}
