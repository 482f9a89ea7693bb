import Glibc

/// What libFuzzer calls with each input. The variable FUZZ_TARGET says which parser gets it.
///
/// This file is compiled into the module of the parsers by `scripts/fuzz.sh`, with the sanitizer and
/// the fuzzer in it. A broken invariant stops the process, and the fuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    target(bytes)
    return 0
}

private let target: @Sendable ([UInt8]) -> Void = {
    let name = unsafe getenv("FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    switch name {
    case "http1": return Fuzz.http1
    case "http2": return Fuzz.http2
    case "websocket": return Fuzz.webSocket
    case "uri": return Fuzz.uri
    case "proxy": return Fuzz.proxy
    default: preconditionFailure("FUZZ_TARGET is none of http1, http2, websocket, uri, proxy")
    }
}()

enum Fuzz {
    /// Whole, and cut in two: the same events and the same bytes out.
    static func http1(_ bytes: [UInt8]) {
        let whole = talk1([bytes])
        guard let first = bytes.first else { return }
        let cut = min(bytes.count, Int(first))
        let parts = talk1([Array(bytes[..<cut]), Array(bytes[cut...])])
        precondition(whole == parts, "Invariant: where bytes are cut changes nothing")
    }

    private static func talk1(_ pieces: [[UInt8]]) -> [String] {
        var connection = HTTP1Connection(
            maxima: HTTP1Maxima(
                requestLine: 256, fieldSection: 1_024, fields: 16, body: 512, pipeline: 4_096))
        var (log, output): ([String], [UInt8]) = ([], [])
        for piece in pieces {
            var events: [HTTPEvent] = []
            connection.receive(piece.span, into: &events)
            while !events.isEmpty {
                let now = events
                events = []
                for event in now { answer(event, &connection, &output, &log) }
                if connection.isFinished { break }
                connection.resume(into: &events)
            }
        }
        return log + [Bytes.text(output)]
    }

    private static func answer(
        _ event: HTTPEvent, _ connection: inout HTTP1Connection, _ output: inout [UInt8],
        _ log: inout [String]
    ) {
        let date = HTTPDate(seconds: 0)
        switch event {
        case .request(let request):
            _ = request.queryItems()
            log.append("\(request.method) \(request.pathText) \(request.fields.count)")
            let streams = request.body.count % 2 == 1
            connection.respond(
                Response(status: 200, body: streams ? .stream : .bytes(request.body)), date: date,
                into: &output)
            guard connection.isStreaming else { return }
            connection.send(request.body, into: &output)
            connection.finishStream(into: &output)
        case .refused(let error, _):
            // Which of two rules is found broken first may depend on the cut, the status may not.
            log.append("\(error.status)")
            connection.respond(Response(status: error.status), date: date, into: &output)
        case .continueExpected: log.append("continue")
        case .cancelled, .data, .ended: preconditionFailure("Invariant: only HTTP/2 says so")
        }
    }

    /// Every request is answered, some at once, some in pieces, some never; the rest is nghttp2's.
    static func http2(_ bytes: [UInt8]) {
        var maxima = HTTP2Maxima(
            concurrentStreams: 8, fieldSectionBytes: 1_024, fields: 16, bodyBytes: 512)
        maxima.counted = CountedBody(path: "/u", bytesMaximum: 4_096)
        guard var session = made(maxima) else { return }
        let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        var rest = (preface + bytes)[...]
        var output: [UInt8] = []
        while !rest.isEmpty {
            let piece = Array(rest.prefix(Int(rest.first ?? 1) + 1))
            rest = rest.dropFirst(piece.count)
            var events: [HTTPEvent] = []
            do throws(HTTP2Error) {
                try session.receive(piece.span, at: Int64(bytes.count - rest.count), into: &events)
                for event in events { try answer(event, &session) }
                try session.drain(into: &output, bytesMaximum: 65_536)
            } catch { return }
            output.removeAll(keepingCapacity: true)
            if session.isFinished { return }
        }
    }

    private static func made(_ maxima: HTTP2Maxima) -> HTTP2Session? {
        do throws(HTTP2Error) { return try HTTP2Session(maxima: maxima) } catch { return nil }
    }

    private static func answer(
        _ event: HTTPEvent, _ session: inout HTTP2Session
    ) throws(HTTP2Error) {
        let date = HTTPDate(seconds: 0)
        switch event {
        case .request(let request):
            if request.stream % 5 == 0 { return }
            let streams = request.protocolName != nil || request.stream % 3 == 0
            try session.respond(
                stream: request.stream,
                Response(status: 200, body: streams ? .stream : .bytes(request.body)), date: date)
            guard streams else { return }
            _ = session.takeEarly(request.stream)
            try session.send([1, 2, 3], stream: request.stream)
            if request.protocolName == nil { try session.finishStream(request.stream) }
        case .refused(let error, let stream):
            try session.respond(stream: stream, error.response, date: date)
        case .data(let bytes, let stream): try session.send(bytes, stream: stream)
        case .ended(let stream): try session.finishStream(stream)
        case .cancelled: break
        case .continueExpected: preconditionFailure("Invariant: only HTTP/1.1 says so")
        }
    }

    /// Whole and byte by byte, with compression agreed on and without: the same events.
    static func webSocket(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let offer: HeaderBlock = ["sec-websocket-extensions": "permessage-deflate"]
        let deflate = WebSocketDeflate.negotiate(offer, keepsClientContext: first & 2 == 0)
        let agreed = first & 1 == 0 ? deflate : nil
        let rest = Array(bytes.dropFirst())
        let whole = read([rest], agreed)
        precondition(
            whole == read(rest.map { [$0] }, agreed), "Invariant: cuts change nothing")
    }

    /// The events; of a failure only that it is one, because of two broken rules, such as a text that
    /// is too long and none, either may be found first.
    private static func read(_ pieces: [[UInt8]], _ deflate: WebSocketDeflate?) -> [String] {
        var reader = WebSocketReader(messageBytesMaximum: 2_048, deflate: deflate)
        var events: [WebSocketEvent] = []
        for piece in pieces { reader.receive(piece.span, into: &events) }
        return events.map { event in
            if case .failed = event { "failed" } else { "\(event)" }
        }
    }

    /// Targets, queries, escapes, extensions' offers.
    static func uri(_ bytes: [UInt8]) {
        let text = Bytes.text(bytes)
        _ = Request(.get, "/" + text).queryItems()
        _ = PercentEncoding.decode(segment: bytes[...])
        _ = PercentEncoding.decode(form: bytes[...])
        var fields = HeaderBlock()
        fields.append("sec-websocket-extensions", text)
        if let deflate = WebSocketDeflate.negotiate(fields, keepsClientContext: true) {
            precondition(
                (9...15).contains(deflate.serverWindowBits), "Invariant: zlib has such a window")
        }
        let event = ServerSentEvent.body(event: "e", data: bytes.span)
        precondition(event.last == 0x0A, "Invariant: an event's body ends a line")
    }

    /// What proxies say.
    static func proxy(_ bytes: [UInt8]) {
        if case .client(_, let count) = ProxyHeader.read(bytes) {
            precondition(count <= bytes.count, "Invariant: a header lies in its bytes")
        }
        var fields = HeaderBlock()
        fields.append("forwarded", Bytes.text(bytes))
        fields.append("x-forwarded-for", Bytes.text(bytes))
        _ = ForwardedChain(fields)
    }
}
