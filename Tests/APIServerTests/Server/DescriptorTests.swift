import Glibc
import Platform
import Testing

@testable import APIServer

@Suite struct `A server's descriptors` {
    @Test func `are as many as the process may have`() throws {
        let rig = try ServerRig()
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #expect(limit.rlim_cur == limit.rlim_max)
        #expect(try rig.client().ask("GET", "/").body == "console")
    }

    @Test(arguments: [
        (1_024, 1, 768), (1_024, 3, 256), (1_048_576, 1, 1_048_320), (256, 1, 0), (20, 4, 0),
    ])
    func `leave some to the journal`(limit: Int, loops: Int, room: Int) {
        #expect(Server.connections(of: limit, loops: loops) == room)
    }

    @Test func `are given to no more connections than the table holds`() throws {
        let rig = try ServerRig(connectionsMaximum: 2)
        let clients = try (0..<2).map { _ in try rig.client() }
        for client in clients { #expect(try client.ask("GET", "/").status == 200) }
        #expect(try rig.client().isAtEnd())
        #expect(rig.server.count(.refused) == 1)
        for client in clients { #expect(try client.ask("GET", "/").status == 200) }
    }
}
