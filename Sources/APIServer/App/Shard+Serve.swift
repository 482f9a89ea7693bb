import Loop
import Platform
import Wire

extension Shard {
    /// An event of the poller: write what waited, read what came.
    func serve(_ connection: Connection, _ event: Readiness) {
        if event.writable { flush(connection) }
        if event.readable { connection.hasUnread = true }
        if event.ended { connection.peerEnds = true }
        proceed(connection)
    }

    /// Connections that have more to do though no event tells so.
    func serveAgain() {
        let tokens = again
        again = []
        for token in tokens {
            guard let connection = connections[token] else { continue }
            connection.isAgain = false
            proceed(connection)
        }
    }

    /// Goes on with a connection wherever it stands.
    private func proceed(_ connection: Connection) {
        guard connections[connection.token] != nil else { return }
        var bytes = exchange(&buffer, with: [])
        var out = exchange(&output, with: [])
        out.removeAll(keepingCapacity: true)
        if connection.isHeldBack { resume(connection, &out) }
        deliver(to: connection, &out)
        read(connection, &bytes, &out)
        if connection.http2 != nil { deliver(to: connection, &out) }
        buffer = bytes
        output = settle(connection, out)
    }

    private func read(_ connection: Connection, _ bytes: inout [UInt8], _ out: inout [UInt8]) {
        var reads = 0
        while connection.hasUnread, !isPaused(connection, out.count) {
            guard reads < Limits.Server.readsPerTurn, mayRead(connection) else {
                return lookAgain(connection)
            }
            reads += 1
            switch connection.socket.receive(into: &bytes) {
            case .bytes(let count):
                connection.received = Machine.bootMicroseconds
                counters.add(.bytesReceived, count)
                hear(bytes.span.extracting(first: count), connection, &out)
                if count < bytes.count && !connection.peerEnds { connection.hasUnread = false }
            case .nothing: connection.hasUnread = false
            case .end:
                countEnd(of: connection)
                connection.peerEnded = true
                connection.hasUnread = false
            case .failed:
                connection.isBroken = true
                connection.hasUnread = false
            }
        }
    }

    /// Bytes as the socket gave them; the first may be a proxy's.
    private func hear(_ bytes: Span<UInt8>, _ connection: Connection, _ out: inout [UInt8]) {
        guard connection.origin.mayBeNamed else { return decrypt(bytes, connection, &out) }
        for index in bytes.indices { connection.origin.early.append(bytes[index]) }
        let early = connection.origin.early
        switch ProxyHeader.read(early) {
        case .undecided: return
        case .malformed:
            counters.refused("proxy_header")
            connection.isBroken = true
        case .absent: begin(connection, early.span, &out)
        case .client(let address, let count):
            connection.origin.named = address
            begin(connection, early.span.extracting(droppingFirst: count), &out)
        }
    }

    /// What the client itself sends begins.
    private func begin(
        _ connection: Connection, _ bytes: Span<UInt8>, _ out: inout [UInt8]
    ) {
        (connection.origin.mayBeNamed, connection.origin.early) = (false, [])
        if !bytes.isEmpty { decrypt(bytes, connection, &out) }
    }

    /// Nobody is read from who does not take what they asked for.
    private func isPaused(_ connection: Connection, _ count: Int) -> Bool {
        connection.leftoverCount + count > Limits.Server.outputBytesPause
            || connection.isHeldBack || connection.http1?.isPaused == true
    }

    /// Bytes of the peer, in whatever it speaks.
    func take(_ bytes: Span<UInt8>, _ connection: Connection, _ out: inout [UInt8]) {
        switch connection.speech {
        case .undecided: sniff(bytes, connection, &out)
        case .http1: takeHTTP1(bytes, connection, &out)
        case .http2: takeHTTP2(bytes, connection, &out)
        case .live: if let channel = connection.channels.first { take(bytes, channel, &out) }
        case .lingering: break
        }
    }

    private func sniff(_ bytes: Span<UInt8>, _ connection: Connection, _ out: inout [UInt8]) {
        let earlier = Array(connection.sniffer.earlier)
        switch connection.sniffer.receive(bytes) {
        case .undecided: return
        case .http1: beginHTTP1(connection)
        case .http2: beginHTTP2(connection)
        }
        if connection.isBroken { return }
        if !earlier.isEmpty { take(earlier.span, connection, &out) }
        take(bytes, connection, &out)
        // It began while the server stops: what it has asked is answered, and no more.
        if isStopping { connection.http1?.shutdown() }
    }

    func beginHTTP1(_ connection: Connection) {
        connection.speech = .http1
        connection.http1 = HTTP1Connection(maxima: options.http1)
        counters.add(.http1)
    }

    func beginHTTP2(_ connection: Connection) {
        do {
            connection.http2 = try HTTP2Session(maxima: options.http2, memory: memory)
        } catch {
            connection.isBroken = true
            return
        }
        connection.speech = .http2
        counters.add(.http2)
    }

    private func takeHTTP1(_ bytes: Span<UInt8>, _ connection: Connection, _ out: inout [UInt8]) {
        if connection.http1!.isIdle { connection.active = now }
        var events = exchange(&events, with: [])
        connection.http1!.receive(bytes, into: &events)
        serve(&events, connection, &out)
        self.events = events
    }

    private func takeHTTP2(_ bytes: Span<UInt8>, _ connection: Connection, _ out: inout [UInt8]) {
        if connection.http2?.isIdle == true { connection.active = now }
        var events = exchange(&events, with: [])
        do {
            try connection.http2?.receive(bytes, at: now, into: &events)
        } catch {
            // What is still drained tells the peer so; then it is over.
            counters.refused("http2_error")
            connection.endsWhenSent = true
        }
        serve(&events, connection, &out)
        self.events = events
    }

    /// Answers were written or the peer has room again: goes on with requests that were kept.
    func resume(_ connection: Connection, _ out: inout [UInt8]) {
        connection.isHeldBack = false
        guard connection.http1 != nil else { return }
        var events = exchange(&events, with: [])
        connection.http1!.resume(into: &events)
        serve(&events, connection, &out)
        self.events = events
    }

    /// Serves events, and in HTTP/1.1 those of the requests that were kept behind them.
    func serve(_ events: inout [HTTPEvent], _ connection: Connection, _ out: inout [UInt8]) {
        while !events.isEmpty {
            for event in events { serve(event, connection, &out) }
            events.removeAll(keepingCapacity: true)
            guard connection.http1 != nil else { return }
            if connection.leftoverCount + out.count > Limits.Server.outputBytesPause {
                connection.isHeldBack = true
                return
            }
            connection.http1!.resume(into: &events)
        }
    }

    private func serve(_ event: HTTPEvent, _ connection: Connection, _ out: inout [UInt8]) {
        switch event {
        case .request(let request):
            connection.active = now
            if let response = answer(request, on: connection) {
                write(response, on: request.stream, connection, &out)
            }
        case .continueExpected:
            // A body that has come whole needs no leave. Source: RFC 9110, section 10.1.1.
            if connection.http1?.isReadingBody == true { out += HTTP1Connection.continueBytes }
        case .refused(let error, let stream):
            write(answer(to: error), on: stream, connection, &out)
        case .cancelled(let stream): if let channel = connection[stream] { leave(channel) }
        case .data(let bytes, let stream):
            if let channel = connection[stream] { take(bytes.span, channel, &out) }
        case .ended(let stream):
            if let channel = connection[stream] { peerEnded(channel, &out) }
        }
    }
}

/// Takes a value out and puts another in its place.
///
/// A loop's buffers are taken out while they are in use: a local array is written to without a
/// check of who else holds it.
func exchange<Value>(_ value: inout Value, with other: Value) -> Value {
    let old = value
    value = other
    return old
}

extension HTTP1Maxima {
    static let server = HTTP1Maxima(
        requestLine: Limits.Server.headBytesMaximum / 4,
        fieldSection: Limits.Server.headBytesMaximum, fields: Limits.Server.fieldsMaximum,
        body: Limits.Server.bodyBytesMaximum,
        pipeline: Limits.Server.readBytes + Limits.TLS.recordBytes)
}

extension HTTP2Maxima {
    static let server = {
        var maxima = HTTP2Maxima(
            concurrentStreams: Limits.Server.streamsMaximum,
            fieldSectionBytes: Limits.Server.headBytesMaximum,
            fields: Limits.Server.fieldsMaximum, bodyBytes: Limits.Server.bodyBytesMaximum)
        maxima.unfinishedBytes = Limits.Server.unfinishedBytesMaximum
        maxima.requestMicroseconds =
            Limits.Server.headMicroseconds + Limits.Server.bodyMicroseconds
        maxima.answerMicroseconds = Limits.Server.answerMicroseconds
        maxima.answerBytesPerSecond = Limits.Server.writeBytesPerSecond
        return maxima
    }()
}
