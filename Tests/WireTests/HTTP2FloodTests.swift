import Testing

@testable import Wire

private typealias Frames = HTTP2Frames

@Suite struct `A flood of HTTP/2` {
    private typealias Peer = `An HTTP/2 session`.Peer

    /// One frame again and again, after one open request; how many are let through; what it is.
    private static let floods: [(String, [UInt8], Int, HTTP2Fault)] = [
        ("settings", Frames.frame(4, stream: 0), 31, .settingsFlood),
        (
            "pings", Frames.frame(6, stream: 0, [UInt8](repeating: 0, count: 8)), 512, .pingFlood
        ),
        ("data of no bytes", Frames.data(1, "", ends: false), 512, .emptyDataFlood),
        ("priorities", Frames.frame(2, stream: 1, [0, 0, 0, 0, 9]), 512, .idleFrameFlood),
        ("unknown frames", Frames.frame(0xFA, stream: 0, [1, 2, 3]), 512, .idleFrameFlood),
        // The request has earned ten more.
        (
            "window updates", Frames.frame(8, stream: 0, [0, 0, 0, 1]), 266, .windowUpdateFlood
        ),
    ]

    @Test(arguments: floods)
    func `ends the connection with a word, and is counted`(
        name: String, frame: [UInt8], allowed: Int, fault: HTTP2Fault
    ) throws {
        let peer = try Peer()
        try peer.send(Frames.greeting + Frames.request(1, "POST", "/", ends: false))
        for _ in 0..<allowed {
            try peer.send(frame)
            _ = try peer.written()
        }
        #expect(!peer.hasFaults && !peer.isFinished)
        try peer.send(frame)
        #expect(try peer.written().last == "GOAWAY 1 11")
        #expect(peer.isFinished)
        #expect(peer.session.takeFaults() == [fault: 1, .enhanceYourCalm: 1])
        #expect(!peer.hasFaults)
    }

    @Test func `of pings is forgotten in time`() throws {
        let peer = try Peer()
        let ping = Frames.frame(6, stream: 0, [UInt8](repeating: 0, count: 8))
        var events: [HTTPEvent] = []
        try peer.send(Frames.greeting)
        for second: Int64 in 0..<20 {
            for _ in 0..<64 {
                try peer.session.receive(ping.span, at: second * 1_000_000, into: &events)
            }
            _ = try peer.written()
        }
        #expect(!peer.hasFaults && !peer.isFinished)
    }

    @Test func `of answers that nobody reads ends`() throws {
        let peer = try Peer()
        let pings = Array(
            repeating: Frames.frame(6, stream: 0, [UInt8](repeating: 0, count: 8)), count: 2_000)
        try peer.send(Frames.greeting)
        #expect(throws: HTTP2Error.self) { try peer.send(Array(pings.joined())) }
        #expect(try peer.written().last == "GOAWAY 0 11")
        // What was refused stays refused.
        #expect(throws: HTTP2Error.self) { try peer.send(Frames.request(1, "GET", "/")) }
        #expect(peer.events.isEmpty)
    }

    @Test func `of settings in one frame ends`() throws {
        let peer = try Peer()
        let settings = [UInt8](repeating: 0, count: 33 * 6)
        try peer.send(Frames.greeting + Frames.frame(4, stream: 0, settings))
        #expect(try peer.written().last == "GOAWAY 0 11")
    }

    @Test func `of field sections that are too large ends`() throws {
        let peer = try Peer(streams: 100)
        let large = [("x", String(repeating: "y", count: 600))]
        try peer.send(Frames.greeting)
        for index: UInt32 in 0..<33 {
            let stream = index * 2 + 1
            try peer.send(Frames.request(stream, "GET", "/", large))
            try peer.respond(Int32(stream), Response(status: 431))
            let last = try peer.written().last
            #expect((last == "GOAWAY 65 11") == (index == 32))
        }
        #expect(peer.session.takeFaults() == [.fieldSectionFlood: 1, .enhanceYourCalm: 1])
    }

    @Test func `of requests beyond the number announced ends`() throws {
        let peer = try Peer(streams: 1)
        try peer.send(Frames.greeting + Frames.request(1, "POST", "/", ends: false))
        var (stream, lines): (UInt32, [String]) = (3, [])
        while !peer.isFinished, stream < 4_000 {
            try peer.send(Frames.request(stream, "GET", "/"))
            lines += try peer.written()
            stream += 2
        }
        #expect(lines.count == 1_026 && lines.last?.hasSuffix(" 11") == true)
        #expect(
            peer.session.takeFaults() == [
                .refusedStream: 1_025, .refusedFlood: 1, .enhanceYourCalm: 1,
            ])
    }
}

/// What nghttp2 lets pass, or says too softly. Source: RFC 9113.
@Suite struct `Strictness of HTTP/2` {
    private typealias Peer = `An HTTP/2 session`.Peer

    private static func setting(_ name: UInt8, _ value: UInt32) -> [UInt8] {
        Frames.frame(4, stream: 0, [0, name] + (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) })
    }

    private static let errors: [(String, [UInt8], String)] = [
        (
            "settings that make a window too large",
            Frames.frame(8, stream: 1, [0x7F, 0xFF, 0, 0]) + setting(4, 0x7FFF_FFFF),
            "GOAWAY 1 3"
        ),
        (
            "a stream that depends on itself", Frames.frame(2, stream: 1, [0x80, 0, 0, 1, 9]),
            "GOAWAY 1 1"
        ),
        (
            "a priority of the connection", Frames.frame(2, stream: 0, [0, 0, 0, 1, 9]),
            "GOAWAY 1 1"
        ),
        (
            "a stream lower than one before",
            Frames.request(7, "GET", "/") + Frames.request(5, "GET", "/"), "GOAWAY 7 1"
        ),
        (
            "data after the end",
            Frames.data(1, "x") + Frames.data(1, "y"), "RST_STREAM 1 5"
        ),
    ]

    @Test(arguments: errors)
    func `finds what is wrong however the bytes are cut`(
        name: String, bytes: [UInt8], last: String
    ) throws {
        for cut in 0...bytes.count {
            let peer = try Peer()
            try peer.send(Frames.greeting + Frames.request(1, "POST", "/", ends: false))
            try peer.send(bytes.span.extracting(first: cut))
            try peer.send(bytes.span.extracting(droppingFirst: cut))
            #expect(try peer.written().last == last, "cut at \(cut)")
            #expect(peer.hasFaults)
        }
    }

    @Test func `lets a window overflow end only its stream`() throws {
        let peer = try Peer()
        try peer.send(
            Frames.greeting + Frames.request(1, "POST", "/", ends: false)
                + Frames.request(3, "POST", "/", ends: false))
        _ = try peer.written()
        try peer.send(Frames.frame(8, stream: 1, [0x7F, 0xFF, 0xFF, 0xFF]))
        #expect(try peer.written() == ["RST_STREAM 1 3"])
        try peer.send(Frames.data(3, "x"))
        #expect(peer.events.last == "post / ? @a [] x #3")
        #expect(peer.session.takeFaults() == [.flowControlError: 1])
    }

    @Test func `gives up a tunnel that says too much before it is answered`() throws {
        let peer = try Peer(body: 32)
        try peer.send(
            Frames.greeting
                + Frames.request(1, "CONNECT", "/", [(":protocol", "websocket")], ends: false))
        #expect(peer.events.count == 1)
        try peer.send(Frames.data(1, String(repeating: "x", count: 32), ends: false))
        #expect(try peer.written().isEmpty)
        try peer.send(Frames.data(1, "y", ends: false))
        #expect(try peer.written() == ["RST_STREAM 1 11"])
        #expect(peer.events.last == "cancelled #1")
    }
}
