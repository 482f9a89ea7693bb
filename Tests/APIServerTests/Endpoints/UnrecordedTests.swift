import Crypto
import Domain
import Engine
import Platform
import Testing
import Wire

@testable import APIServer

/// An engine whose journal does as the test says.
private final class StuckDesk: Desk {
    let answer: Result<Receipt, EngineError>?
    private let closes: Bool
    private let word = Guarded<UInt64>(7)
    let submitted = Guarded<[OperatorCommand]>([])

    init(_ answer: Result<Receipt, EngineError>?, closes: Bool) {
        (self.answer, self.closes) = (answer, closes)
    }

    var haltEpoch: UInt64 { word.withLock { $0 } }

    var obstacles: [(code: String, message: String)] { [] }

    func raiseHalt(reason: String) -> (epoch: UInt64, closed: Bool, handedOver: [String]) {
        let epoch = word.withLock { epoch in
            epoch += 1
            return epoch
        }
        return (epoch, closes, ["ord-t-000000000009"])
    }

    func submit(
        _ command: OperatorCommand,
        answer: @escaping @Sendable (Result<Receipt, EngineError>) -> Void
    ) {
        submitted.withLock { $0.append(command) }
        if let result = self.answer { answer(result) }
    }
}

@Suite struct `A command that is not recorded` {
    private final class Rig: Sendable {
        let desk: StuckDesk
        let services: Services
        private let worker: Worker
        private let alarm: Alarm

        /// An answer is waited for; no answer is given up soon.
        init(
            _ answer: Result<Receipt, EngineError>?, closes: Bool = true, waits: Int64? = nil
        ) throws {
            let waits = waits ?? (answer == nil ? 1000 : 60_000_000)
            let scratch = try Scratch()
            desk = StuckDesk(answer, closes: closes)
            worker = try Worker()
            alarm = try Alarm(microseconds: waits)
            let vault = try Vault(directory: scratch.path, parameters: cheap)
            let counters = Counters()
            let hub = LiveHub(epoch: 1, time: .zero, mode: .paper)
            let setting = StateView.Setting(backends: Backends(), binary: .zero, run: "r")
            services = Services(
                desk: desk, feed: Feed(setting: setting, hub: hub, counters: counters) { [] },
                login: Login(vault: vault, worker: worker, counters: counters) { 0 },
                digests: DigestKeeper(State(), worker: worker), alarm: alarm, metrics: { "" },
                binary: .zero)
        }

        deinit {
            alarm.close()
            worker.close()
        }

        func ask(_ endpoint: Endpoint, _ body: String) async -> Result<Response, APIError> {
            guard case .act(_, let handler) = endpoint.handler else {
                preconditionFailure("not a command")
            }
            var fields = HeaderBlock()
            fields.append("content-type", "application/json")
            let request = Request(.post, endpoint.path, fields: fields, body: Array(body.utf8))
            let person = Operator(id: "ann", roles: [.riskOwner])
            let call = Call(request: request, received: Machine.bootMicroseconds, id: 1)
            do throws(APIError) {
                return .success(try await handler(call, person))
            } catch { return .failure(error) }
        }
    }

    @Test(
        arguments: [nil, EngineError.journalFailed("disk full"), EngineError.stopping]
            as [EngineError?])
    func `halts the desk all the same, and says that it is not on record`(
        error: EngineError?
    ) async throws {
        let rig = try Rig(error.map { .failure($0) })
        guard case .failure(let told) = await rig.ask(rig.services.halt, #"{"reason":"r"}"#) else {
            Issue.record("answered as if it were recorded")
            return
        }
        #expect(rig.desk.haltEpoch == 8)
        #expect(told.status == .unavailable)
        #expect(told.code == error?.code ?? "not_recorded")
        let members = told.members.map { "\($0.name)=\(String(decoding: $0.json, as: UTF8.self))" }
        #expect(members == ["gate_closed=true", "halt_epoch=8"])
        let command = try #require(rig.desk.submitted.withLock { $0 }.first)
        #expect(command.gateClosed && command.sentBefore == ["ord-t-000000000009"])
        #expect(command.gateClosedMicroseconds >= 0)
        #expect(command.actor == "ann")
    }

    @Test(arguments: [true, false])
    func `names the moment of a closed gate only when it was seen closed`(closes: Bool) async throws
    {
        let rig = try Rig(.success(Receipt()), closes: closes)
        let response = try await rig.ask(rig.services.halt, #"{"reason":"r"}"#).get()
        #expect(response.fields.contains { $0.name.text == "gate-closed-boot-us" } == closes)
        #expect(rig.desk.submitted.withLock { $0.first?.gateClosed } == closes)
    }

    @Test(
        arguments: [
            (EngineError.busy, "engine_busy"), (.journalFailed("disk full"), "journal_failed"),
            (.stopping, "stopping"), (nil, "not_recorded"),
        ] as [(EngineError?, String)])
    func `is answered by 503 otherwise`(error: EngineError?, code: String) async throws {
        let rig = try Rig(error.map { .failure($0) })
        guard case .failure(let told) = await rig.ask(rig.services.resume, #"{"reason":"r"}"#)
        else {
            Issue.record("answered as if it were recorded")
            return
        }
        #expect(told.status == .unavailable)
        #expect(told.code == code)
        #expect(told.headers.contains { $0.name == "retry-after" })
    }

    @Test func `clears the epoch in force when it arrived, unless it names one`() async throws {
        let rig = try Rig(.failure(.busy))
        _ = await rig.ask(rig.services.resume, #"{"reason":"r"}"#)
        _ = await rig.ask(rig.services.resume, #"{"reason":"r","halt_epoch":3}"#)
        #expect(rig.desk.submitted.withLock { $0.map(\.clearsEpoch) } == [7, 3])
    }

    @Test func `does not keep a halt waiting when too many wait already`() async throws {
        let rig = try Rig(nil, waits: 60_000_000)
        for _ in 0..<Limits.App.commandsMaximum {
            #expect(rig.services.alarm.begin {} != nil)
        }
        guard case .failure(let told) = await rig.ask(rig.services.halt, #"{"reason":"r"}"#) else {
            Issue.record("answered as if it were recorded")
            return
        }
        #expect(told.code == "not_recorded")
        #expect(rig.desk.haltEpoch == 8)
        #expect(rig.desk.submitted.withLock { $0.count } == 1)
    }
}
