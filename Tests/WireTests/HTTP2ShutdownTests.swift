import Testing

@testable import Wire

private typealias Frames = HTTP2Frames

/// Source: RFC 9113, section 6.8.
@Suite struct `An HTTP/2 session that ends` {
    private typealias Peer = `An HTTP/2 session`.Peer

    private static let announcement = ["GOAWAY 2147483647 0", "6 0"]

    @Test func `takes what was under way, and nothing after the client has heard`() throws {
        let peer = try Peer()
        try peer.send(Frames.greeting + Frames.request(1, "GET", "/"))
        try peer.session.shutdown(at: 0)
        #expect(try peer.written() == Self.announcement)
        #expect(!peer.isFinished)
        try peer.send(Frames.request(3, "GET", "/"))
        #expect(peer.events.count == 2)
        try peer.send(Frames.frame(6, flags: 1, stream: 0, Array("goodbye?".utf8)))
        #expect(try peer.written() == ["GOAWAY 3 0"])
        try peer.send(Frames.request(5, "GET", "/"))
        #expect(peer.events.count == 2 && !peer.isFinished)
        for stream: Int32 in [1, 3] { try peer.respond(stream, Response(status: 204)) }
        #expect(try peer.written().count == 2)
        #expect(peer.isFinished)
    }

    @Test func `waits for a client that hears nothing no longer than its time`() throws {
        let peer = try Peer()
        try peer.send(Frames.greeting)
        try peer.session.shutdown(at: 5_000_000)
        try peer.session.shutdown(at: 5_500_000)
        #expect(try peer.written() == Self.announcement)
        // An answer to another question is none.
        try peer.send(Frames.frame(6, flags: 1, stream: 0, Array("whatever".utf8)))
        #expect(peer.deadline == 6_000_000)
        var events: [HTTPEvent] = []
        try peer.session.timeOut(at: 5_999_999, into: &events)
        #expect(try peer.written().isEmpty)
        try peer.session.timeOut(at: 6_000_000, into: &events)
        #expect(try peer.written() == ["GOAWAY 0 0"])
        #expect(peer.isFinished && peer.deadline == .max)
    }

    @Test func `does not take the client's answer for its own question`() throws {
        let peer = try Peer()
        try peer.send(Frames.greeting)
        _ = try peer.written()
        try peer.send(Frames.frame(6, flags: 1, stream: 0, Array("goodbye?".utf8)))
        #expect(try peer.written().isEmpty && !peer.isFinished)
    }
}
