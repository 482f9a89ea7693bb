import TestSupport
import Testing

@testable import Wire

private typealias Frames = HTTP2Frames

extension `An HTTP/2 session` {
    @Test func `holds no more of unfinished requests than it may`() throws {
        var maxima = HTTP2Maxima(
            concurrentStreams: 9, fieldSectionBytes: 512, fields: 9, bodyBytes: 1_000)
        maxima.unfinishedBytes = 2_100
        var session = try HTTP2Session(maxima: maxima)
        var events: [HTTPEvent] = []
        let part = String(repeating: "x", count: 990)
        var bytes = Frames.greeting
        for stream: UInt32 in [1, 3, 5] {
            bytes += Frames.request(stream, "POST", "/", ends: false)
            bytes += Frames.data(stream, part, ends: false)
        }
        try session.receive(bytes.span, into: &events)
        #expect(events.map(describe) == ["413 requests_too_long #5"])
        // A request that has come whole makes room again.
        events = []
        bytes =
            Frames.data(1, "") + Frames.request(7, "POST", "/", ends: false)
            + Frames.data(7, part)
        try session.receive(bytes.span, into: &events)
        #expect(
            events.map(describe) == [
                "post / ? @a [] \(part) #1", "post / ? @a [] \(part) #7",
            ])
    }

    @Test func `gives up the request that does not come, whatever else comes`() throws {
        var session = try HTTP2Session(
            maxima: HTTP2Maxima(
                concurrentStreams: 9, fieldSectionBytes: 512, fields: 9, bodyBytes: 99))
        var events: [HTTPEvent] = []
        #expect(session.deadline == .max)
        let slow = Frames.greeting + Frames.request(1, "POST", "/", ends: false)
        try session.receive(slow.span, at: 5_000_000, into: &events)
        let busy = Frames.data(1, "x", ends: false) + Frames.request(3, "GET", "/")
        try session.receive(busy.span, at: 44_000_000, into: &events)
        #expect(events.count == 1)
        #expect(session.deadline == 45_000_000)
        events = []
        try session.timeOut(at: 44_999_999, into: &events)
        #expect(events.isEmpty)
        try session.timeOut(at: 45_000_000, into: &events)
        #expect(events.map(describe) == ["408 request_timeout #1"])
        #expect(session.deadline == .max)
    }

    @Test func `resets the stream whose answer is not taken`() throws {
        var session = try HTTP2Session(
            maxima: HTTP2Maxima(
                concurrentStreams: 9, fieldSectionBytes: 512, fields: 9, bodyBytes: 99))
        var (events, output) = ([HTTPEvent](), [UInt8]())
        let request = Frames.greeting + Frames.request(1, "GET", "/")
        try session.receive(request.span, at: 0, into: &events)
        let body = [UInt8](repeating: 0x78, count: 131_072)
        try session.respond(
            stream: 1, Response(status: 200, body: .bytes(body)), date: noon, at: 1_000_000)
        try session.drain(into: &output, bytesMaximum: 1 << 20)
        #expect(session.deadline == 63_000_000)
        output = []
        try session.timeOut(at: 63_000_000, into: &events)
        try session.drain(into: &output, bytesMaximum: 1 << 20)
        #expect(HTTP2Transcript().lines(output) == ["RST_STREAM 1 8"])
        #expect(session.isIdle && session.deadline == .max)
    }
}
