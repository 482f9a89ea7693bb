import Platform
import Testing
import Wire

@testable import APIServer

@Suite struct `A reader of the live stream` {
    private let second: Int64 = 1_000_000

    private func reader(expires: Int64) -> LiveReader {
        LiveReader(token: [], permission: .view, expires: expires * second, now: 0)
    }

    @Test func `is pinged every 20 seconds and gone after two that it did not answer`() {
        var reader = reader(expires: 1_000)
        #expect(reader.deadline(wrote: 0) == 20 * second)
        #expect(reader.due(now: 19 * second) == .nothing)
        #expect(reader.due(now: 20 * second) == .ping)
        #expect(reader.due(now: 21 * second) == .nothing)
        #expect(reader.due(now: 40 * second) == .ping)
        #expect(reader.due(now: 60 * second) == .gone)
    }

    @Test func `stays as long as anything is heard of it`() {
        var reader = reader(expires: 10_000)
        for round in 1...100 as ClosedRange<Int64> {
            #expect(reader.due(now: round * 20 * second) == .ping)
            reader.heard()
        }
    }

    @Test func `ends with its token, and then has two seconds to close`() {
        var reader = reader(expires: 5)
        #expect(reader.deadline(wrote: 0) == 5 * second)
        #expect(reader.due(now: 5 * second) == .expired)
        let frame = reader.close(code: 4401, reason: "", now: 5 * second)
        #expect(frame == WebSocketFrame.close(code: 4401))
        #expect(reader.close(code: 1001, reason: "", now: 6 * second) == nil)
        #expect(reader.deadline(wrote: 0) == 7 * second)
        #expect(reader.deadline(wrote: 6 * second) == 8 * second)
        #expect(reader.due(now: 6 * second) == .nothing)
        #expect(reader.due(now: 7 * second) == .unclosed)
        #expect(reader.take(reader.closing.received(code: 4401)) == nil)
        #expect(reader.disconnects)
    }
}
