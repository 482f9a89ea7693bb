import Loop
import Platform
import Wire

extension Shard {
    /// Gives a new connection its TLS where the server speaks it. False when there is no memory.
    func secure(_ connection: Connection) -> Bool {
        guard let identity = options.tls else { return true }
        do { connection.tls = try TLSChannel(identity.context) } catch { return false }
        return true
    }

    /// Whether a connection may be read in this turn: not, when its handshake is one too many.
    func mayRead(_ connection: Connection) -> Bool {
        guard let tls = connection.tls, !tls.isCounted else { return true }
        handshakes += 1
        return handshakes <= Limits.TLS.handshakesPerTurn
    }

    /// Bytes as the socket gave them: those of TLS are decrypted first.
    func decrypt(_ bytes: Span<UInt8>, _ connection: Connection, _ out: inout [UInt8]) {
        guard let tls = connection.tls else { return take(bytes, connection, &out) }
        if tls.isPlain || connection.speech == .lingering || connection.endsWhenSent { return }
        if !tls.hasHeard, isPlainHTTP(bytes) { return answerPlain(tls, connection, &out) }
        tls.hasHeard = true
        var plain = exchange(&plain, with: [])
        plain.removeAll(keepingCapacity: true)
        do throws(TLSError) {
            try tls.session.receive(bytes, into: &plain)
            if !tls.isCounted, tls.session.isEstablished { welcome(tls, connection) }
            if !plain.isEmpty { deliver(plain.span, connection, &out) }
        } catch {
            fail(error, tls, connection)
        }
        if tls.session.peerEnded { connection.peerEnded = true }
        self.plain = plain
    }

    /// What is to be sent, as the socket takes it: encrypted where the connection speaks TLS.
    ///
    /// - Returns: `nil` when it goes out as it is.
    func encrypt(_ out: borrowing [UInt8], _ connection: Connection) -> [UInt8]? {
        guard let tls = connection.tls, !tls.isPlain else { return nil }
        var sealed = exchange(&sealed, with: [])
        sealed.removeAll(keepingCapacity: true)
        do throws(TLSError) { try tls.session.seal(out, into: &sealed) } catch {
            fail(error, tls, connection)
        }
        return sealed
    }

    /// Tells a peer of TLS that nothing more comes, as far as the kernel takes it at once.
    func sayGoodbye(_ connection: Connection) {
        guard let tls = connection.tls, !tls.isPlain, !connection.isBroken,
            connection.leftoverCount == 0, connection.speech != .lingering
        else { return }
        var notice: [UInt8] = []
        tls.session.shutdown(into: &notice)
        guard !notice.isEmpty, case .bytes(let count) = connection.socket.send(notice) else {
            return
        }
        counters.add(.bytesSent, count)
    }

    /// The peer's bytes end. Without its notice somebody may have cut them off, which is as good as
    /// an end: no request is served that has not come whole.
    func countEnd(of connection: Connection) {
        guard let tls = connection.tls, tls.session.isEstablished, !tls.session.peerEnded,
            connection.speech != .lingering
        else { return }
        counters.add(.tlsTruncated)
    }

    /// A connection is closed; its handshake may never have ended.
    func countClose(of connection: Connection) {
        guard let tls = connection.tls, tls.hasHeard, !tls.isCounted else { return }
        counters.add(.tlsFailed)
    }

    /// The handshake is done: a request has from now on the time of a request.
    private func welcome(_ tls: TLSChannel, _ connection: Connection) {
        tls.isCounted = true
        tls.service = tls.session.peerName
        connection.active = now
        counters.add(tls.session.isTLS13 ? .tls13 : .tls12)
        if tls.session.isResumed { counters.add(.tlsResumed) }
        if tls.session.chosenProtocol == .http2 { beginHTTP2(connection) }
    }

    /// Without a word of it in the handshake it is not HTTP/2. Source: RFC 9113, section 3.2.
    private func deliver(
        _ plain: Span<UInt8>, _ connection: Connection, _ out: inout [UInt8]
    ) {
        if connection.speech == .undecided { beginHTTP1(connection) }
        if !connection.isBroken { take(plain, connection, &out) }
    }

    /// What was decrypted before is not served: who sent it does not keep to the protocol.
    private func fail(_ error: TLSError, _ tls: TLSChannel, _ connection: Connection) {
        if !tls.isCounted {
            counters.add(.tlsFailed)
        } else {
            counters.add(error.kind == .flood ? .tlsFlooded : .tlsBroken)
        }
        tls.isCounted = true
        connection.endsWhenSent = true
    }

    /// A record of TLS never begins with a letter. Source: RFC 8446, section 5.1.
    private func isPlainHTTP(_ bytes: Span<UInt8>) -> Bool {
        !bytes.isEmpty && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes[0])
    }

    private func answerPlain(
        _ tls: TLSChannel, _ connection: Connection, _ out: inout [UInt8]
    ) {
        counters.add(.tlsPlain)
        (tls.isPlain, tls.hasHeard, tls.isCounted) = (true, true, true)
        connection.endsWhenSent = true
        out += Self.plainAnswer
    }

    private static let plainAnswer = {
        let sentence = "This port speaks TLS: use https\n"
        return Array(
            ("HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n"
                + "content-length: \(sentence.utf8.count)\r\nconnection: close\r\n\r\n" + sentence)
                .utf8)
    }()
}
