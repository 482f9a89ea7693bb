import APIServer
import Platform
import Testing
import Wire

extension Client {
    struct H2Frame {
        let kind: UInt8
        let flags: UInt8
        let stream: Int
        let payload: [UInt8]
    }

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + h2(kind: 4, stream: 0, [])

    static func h2(kind: UInt8, flags: UInt8 = 0, stream: Int, _ payload: [UInt8]) -> [UInt8] {
        [UInt8(payload.count >> 16), UInt8(payload.count >> 8 & 255), UInt8(payload.count & 255)]
            + [kind, flags, 0, 0, UInt8(stream >> 8), UInt8(stream & 255)] + payload
    }

    /// GET with the static table's names and plain literals. Source: RFC 7541, appendix A.
    static func h2Get(_ path: String, stream: Int) -> [UInt8] {
        let block =
            [0x82, 0x86, 0x44, UInt8(path.utf8.count)] + Array(path.utf8)
            + [0x41, 9] + Array("desk.test".utf8)
        return h2(kind: 1, flags: 5, stream: stream, block)
    }

    /// The head of a POST whose body is still to come.
    static func h2Post(_ path: String, stream: Int) -> [UInt8] {
        let block =
            [0x83, 0x86, 0x44, UInt8(path.utf8.count)] + Array(path.utf8)
            + [0x41, 9] + Array("desk.test".utf8)
        return h2(kind: 1, flags: 4, stream: stream, block)
    }

    func h2Frame() throws -> H2Frame {
        let head = try take(9)
        let count = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
        return H2Frame(
            kind: head[3], flags: head[4], stream: Int(head[7]) << 8 | Int(head[8]),
            payload: try take(count))
    }

    /// The body of the next whole answer, and its stream.
    func h2Body() throws -> (stream: Int, body: String) {
        var body: [UInt8] = []
        while true {
            let frame = try h2Frame()
            guard frame.kind == 0 else { continue }
            body += frame.payload
            if frame.flags & 1 == 1 { return (frame.stream, String(decoding: body, as: UTF8.self)) }
        }
    }
}

@Suite struct `A server that is spoken to in HTTP 2` {
    @Test func `answers every stream, wherever the bytes are cut`() throws {
        let rig = try ServerRig([.of(.get, "/hello", .open { _ in .text(200, "hello") })])
        let bytes =
            Client.preface + Client.h2Get("/hello", stream: 1) + Client.h2Get("/", stream: 3)
        for cut in stride(from: 0, to: bytes.count, by: 3) {
            let client = try rig.client()
            try client.send(Array(bytes[..<cut]))
            try client.send(Array(bytes[cut...]))
            let (one, other) = (try client.h2Body(), try client.h2Body())
            let answers = [one.stream: one.body, other.stream: other.body]
            #expect(answers == [1: "hello", 3: "console"])
        }
    }

    @Test func `lets a stream wait while another is answered`() throws {
        let gate = Guarded<[CheckedContinuation<Void, Never>]>([])
        let rig = try ServerRig([
            .of(.get, "/hello", .open { _ in .text(200, "hello") }),
            .of(
                .get, "/wait",
                .openAct { _ in
                    await withCheckedContinuation { one in gate.withLock { $0.append(one) } }
                    return .text(200, "waited")
                }),
        ])
        let client = try rig.client()
        try client.send(
            Client.preface + Client.h2Get("/wait", stream: 1) + Client.h2Get("/hello", stream: 3))
        #expect(try client.h2Body() == (3, "hello"))
        while gate.withLock({ $0.isEmpty }) { _ = try rig.client().ask("GET", "/hello") }
        for one in gate.withLock({ $0 }) { one.resume() }
        #expect(try client.h2Body() == (1, "waited"))
    }

    @Test func `says good-bye when it stops`() throws {
        let rig = try ServerRig()
        let client = try rig.client()
        try client.send(Client.preface + Client.h2Get("/", stream: 1))
        #expect(try client.h2Body() == (1, "console"))
        let server = rig.server
        let stopper = try Thread(name: "stopper") { server.stop(deadline: 5_000_000) }
        var frame = try client.h2Frame()
        while frame.kind == 4 { frame = try client.h2Frame() }
        #expect(frame.kind == 7)
        #expect(Array(frame.payload.prefix(8)) == [127, 255, 255, 255, 0, 0, 0, 0])
        let question = try client.h2Frame()
        #expect(question.kind == 6)
        try client.send([0, 0, 8, 6, 1, 0, 0, 0, 0] + question.payload)
        frame = try client.h2Frame()
        #expect(frame.kind == 7)
        #expect(Array(frame.payload.prefix(8)) == [0, 0, 0, 1, 0, 0, 0, 0])
        #expect(try client.isAtEnd())
        client.endSending()
        stopper.join()
    }

    @Test func `ends with one that breaks its rules`() throws {
        let rig = try ServerRig()
        let client = try rig.client()
        try client.send(Client.preface + Client.h2(kind: 0, stream: 1, [1, 2, 3]))
        var frame = try client.h2Frame()
        while frame.kind == 4 { frame = try client.h2Frame() }
        #expect(frame.kind == 7)
        #expect(try client.isAtEnd())
    }

    @Test func `keeps little of bodies that never end, and goes on with the rest`() throws {
        let rig = try ServerRig()
        let client = try rig.client()
        try client.send(Client.preface)
        let part = [UInt8](repeating: 0x20, count: 16_000)
        for stream in [1, 3, 5, 7, 9] {
            try client.send(Client.h2Post("/", stream: stream))
            for _ in 0..<4 { try client.send(Client.h2(kind: 0, stream: stream, part)) }
        }
        let refused = try client.h2Body()
        #expect(refused.stream == 9)
        #expect(refused.body.contains("requests_too_long"))
        try client.send(Client.h2Get("/", stream: 11))
        #expect(try client.h2Body() == (11, "console"))
    }

    @Test func `says that the stream is a WebSocket without an upgrade field`() throws {
        let rig = try ServerRig()
        let client = try rig.client()
        try client.send(Client.preface + Client.h2Get("/ws/v1/stream", stream: 1))
        var frame = try client.h2Frame()
        while frame.kind != 1 { frame = try client.h2Frame() }
        // A literal name, plain or in the code of RFC 7541, appendix B.
        for name in [Array("upgrade".utf8), [0xB6, 0xB9, 0xAC, 0x1C, 0x85]] {
            #expect(!frame.payload.contains(name))
        }
    }
}
