import Glibc
import Loop
import Platform
import Testing
import Wire

@testable import APIServer

@Suite struct `A channel` {
    private let second: Int64 = 1_000_000
    private let connection = Connection(
        Socket(Descriptor(adopting: socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0))), now: 0)

    private func channel(_ form: Opening.Form, expires: Int64) -> Channel {
        Channel(
            Opening(form, .live, permission: .view), on: connection, stream: 0, topics: 3,
            socket: form == .webSocket
                ? WebSocketLink(messageBytesMaximum: 10, deflate: nil, now: 0) : nil,
            lease: Channel.Lease(token: [], permission: .view, expires: expires * second), now: 0)
    }

    @Test func `is pinged every 20 seconds and gone after two that it did not answer`() {
        let channel = channel(.webSocket, expires: 1_000)
        #expect(channel.deadline(wrote: 0) == 20 * second)
        #expect(channel.due(now: 19 * second) == .nothing)
        #expect(channel.due(now: 20 * second) == .ping)
        #expect(channel.due(now: 21 * second) == .nothing)
        #expect(channel.due(now: 40 * second) == .ping)
        #expect(channel.due(now: 60 * second) == .gone)
    }

    @Test func `stays as long as anything is heard of it`() {
        let channel = channel(.webSocket, expires: 10_000)
        for round in 1...100 as ClosedRange<Int64> {
            #expect(channel.due(now: round * 20 * second) == .ping)
            channel.socket!.heard()
        }
    }

    @Test func `ends with its token, and then has two seconds to close`() {
        let channel = channel(.webSocket, expires: 5)
        #expect(channel.deadline(wrote: 0) == 5 * second)
        #expect(channel.due(now: 5 * second) == .expired)
        let frame = channel.socket!.close(code: 4401, reason: "", now: 5 * second)
        #expect(frame == WebSocketFrame.close(code: 4401))
        #expect(channel.socket!.close(code: 1001, reason: "", now: 6 * second) == nil)
        #expect(!channel.isOpen)
        #expect(channel.deadline(wrote: 0) == 7 * second)
        #expect(channel.deadline(wrote: 6 * second) == 8 * second)
        #expect(channel.due(now: 6 * second) == .nothing)
        #expect(channel.due(now: 7 * second) == .unclosed)
    }

    @Test func `of events hears every 15 seconds that we are there, until its token expires`() {
        let channel = channel(.events, expires: 40)
        #expect(channel.deadline(wrote: 0) == 15 * second)
        #expect(channel.due(now: 14 * second) == .nothing)
        #expect(channel.due(now: 15 * second) == .heartbeat)
        #expect(channel.deadline(wrote: 0) == 30 * second)
        #expect(channel.due(now: 30 * second) == .heartbeat)
        #expect(channel.due(now: 40 * second) == .expired)
    }

    @Test func `of events names the place in each of its topics`() {
        let channel = channel(.events, expires: 40)
        (channel.sent[0], channel.sent[2]) = (5, 77)
        #expect(channel.eventID(epoch: 9) == "9.5-77")
    }
}
