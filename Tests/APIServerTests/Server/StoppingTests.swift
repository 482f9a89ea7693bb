import APIServer
import Platform
import Testing
import Wire

@Suite struct `A server that stops` {
    @Test func `finishes what was asked and says good-bye to its readers`() throws {
        let gate = Guarded<[CheckedContinuation<Void, Never>]>([])
        let rig = try ServerRig([
            .of(
                .get, "/wait",
                .openAct { _ in
                    await withCheckedContinuation { one in gate.withLock { $0.append(one) } }
                    return .text(200, "waited")
                })
        ])
        let idle = try rig.client()
        #expect(try idle.ask("GET", "/").status == 200)
        let reader = try rig.reader()
        let busy = try rig.client()
        try busy.send(Client.request("GET", "/wait"))
        while gate.withLock({ $0.isEmpty }) { _ = try rig.client().ask("GET", "/") }

        let server = rig.server
        let stopper = try Thread(name: "stopper") { server.stop(deadline: 5_000_000) }
        #expect(try idle.isAtEnd())
        let close = try reader.frame()
        #expect(close.opcode == 8)
        #expect(close.code == 1001)
        try reader.say("\u{03}", opcode: 8)
        for one in gate.withLock({ $0 }) { one.resume() }
        let answer = try busy.answer()
        #expect(answer.body == "waited")
        #expect(answer.fields["connection"] == "close")
        for client in [idle, busy, reader] { client.endSending() }
        stopper.join()
        #expect(throws: SystemError.self) { _ = try Client(port: server.port) }
        rig.isStopped = true
    }

    @Test func `waits no longer than it was told`() throws {
        let gate = Guarded<[CheckedContinuation<Void, Never>]>([])
        let rig = try ServerRig([
            .of(
                .get, "/wait",
                .openAct { _ in
                    await withCheckedContinuation { one in gate.withLock { $0.append(one) } }
                    return .text(200, "waited")
                })
        ])
        let busy = try rig.client()
        try busy.send(Client.request("GET", "/wait"))
        while gate.withLock({ $0.isEmpty }) { _ = try rig.client().ask("GET", "/") }
        rig.stop(deadline: 1_000)
        #expect(throws: (any Error).self) { try busy.answer() }
        for one in gate.withLock({ $0 }) { one.resume() }
    }
}
