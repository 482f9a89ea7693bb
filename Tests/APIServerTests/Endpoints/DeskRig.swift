import Crypto
import Domain
import Engine
import Loop
import Platform
import Testing

@testable import APIServer

/// A whole desk with its server: engine, journal, embedded bus and a port of its own. The test plays
/// market, phases and venue.
final class DeskRig: Sendable {
    let scratch: Scratch
    let vault: Vault
    let engine: Engine
    let server: APIServer
    let port: UInt16
    private let bus: EmbeddedBus
    private let bell: Bell
    private let snapshots = Guarded<Int64>(0)

    static let password = "correct horse"
    static let people: [(name: String, roles: Set<Role>)] = [
        ("watcher", [.observer]), ("dealer", [.operator]), ("owner", [.riskOwner]),
        ("clerk", [.admin]),
    ]

    init(started: Bool = true) throws {
        scratch = try Scratch()
        vault = try Vault(directory: scratch.path, parameters: cheap)
        for person in Self.people {
            try vault.add(operator: person.name, roles: person.roles, password: Self.password)
        }
        bus = try EmbeddedBus(core: BusCore(streams: StreamSpecification.all))
        try Files.makeDirectory(scratch.path + "/journal")
        var setup = EngineConfiguration(
            directory: scratch.path + "/journal", key: vault.busKey, desk: "t",
            traceSeed: SHA256.hash([1]))
        setup.binaryDigest = SHA256.hash([2])
        engine = try Engine(setup, bus: bus)
        var configuration = APIServerConfiguration(
            address: SocketAddress(host: "127.0.0.1", port: 0)!, vault: vault,
            binaryDigest: SHA256.hash([2]))
        configuration.loops = 1
        server = try APIServer(engine: engine, configuration: configuration)
        bell = try Bell()
        engine.subscribe { [bell] _, _ in bell.ring() }
        port = try server.start()
        if started { try begin() }
    }

    func begin() throws {
        try engine.start()
        until("a view") { _ in true }
    }

    deinit {
        server.stop(deadline: 0)
        engine.stop()
    }

    /// Waits for the view that `holds` is true of.
    func until(
        _ what: String, _ holds: (EngineView) -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let limit = Machine.bootMicroseconds + 20_000_000
        while Machine.bootMicroseconds < limit {
            if let view = engine.view, server.services.feed.latest?.view.version == view.version,
                holds(view)
            {
                return
            }
            bell.wait(milliseconds: 100)
        }
        Issue.record("no view shows \(what)", sourceLocation: sourceLocation)
    }

    func client(_ token: String? = nil) -> PlainClient { PlainClient(port: port, token: token) }

    /// A client signed in as one of the people.
    func client(as name: String) throws -> PlainClient {
        let body = #"{"operator_id":"\#(name)","password":"\#(Self.password)"}"#
        let reply = try #require(client().post("/api/v1/auth/login", body))
        return client(try #require(reply.json["token"]?.text))
    }

    func publish(_ subject: String, _ payload: String) {
        bus.publish(OutgoingMessage(subject: subject, payload: Array(payload.utf8))) { _ in }
    }

    private var milliseconds: Int64 { Machine.wallMicroseconds / 1000 }

    /// The market speaks: every symbol at 50,000.
    func quote() {
        for symbol in ["BTCUSDT", "ETHUSDT", "SOLUSDT"] {
            publish(
                "titan.data.market.ticker.v1.\(symbol)",
                #"{"symbol":"\#(symbol)","bid":49999,"ask":50001,"timestamp":\#(milliseconds)}"#)
        }
        until("a market") { view in view.state.books.quotes.allSatisfy { $0.bid > 0 } }
    }

    /// The venue says what it has: nothing but cash, and so many executions.
    func reconcile(cash: String = "100000", executions: Int = 0) {
        let sequence = snapshots.withLock { count in
            count += 1
            return count
        }
        publish(
            "titan.evt.execution.truth.v1",
            #"{"timestamp":\#(milliseconds),"seq":\#(sequence),"executions":\#(executions),"#
                + #""balances":{"USDT":{"total":"\#(cash)"}},"positions":{},"orders":{}}"#)
        until("reconciliation \(sequence)") { $0.state.truth.latestSequence >= sequence }
    }

    /// A desk that may trade.
    func open() {
        quote()
        reconcile()
        until("a desk that may open") { $0.obstacles.isEmpty }
    }

    func signal(
        _ id: String, symbol: String = "BTC/USDT", size: String = "0.01", phase: Int = 1
    ) {
        publish(
            "titan.signal.submit.v1",
            #"{"signal_id":"\#(id)","symbol":"\#(symbol)","direction":"LONG","phase":\#(phase),"#
                + #""timestamp":\#(milliseconds),"position_size":\#(size),"#
                + #""entry_zone":{"min":49990,"max":50001},"confidence":0.9}"#)
    }

    /// Waits until that many decisions are on the shelf.
    func untilDecided(_ count: Int) {
        let limit = Machine.bootMicroseconds + 20_000_000
        while Machine.bootMicroseconds < limit {
            let found = server.services.feed.shelf.list(before: .max, limit: count) { _ in true }
            if found.found.count >= count { return }
            bell.wait(milliseconds: 100)
        }
        Issue.record("there are not \(count) decisions")
    }
}
