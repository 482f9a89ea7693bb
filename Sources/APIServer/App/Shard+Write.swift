import Loop
import Platform
import Wire

extension Shard {
    /// Writes one answer in what the connection speaks.
    func write(
        _ response: Response, on stream: Int32, _ connection: Connection, _ out: inout [UInt8]
    ) {
        var response = response
        if connection.tls != nil { response.mark?.demandsTLS = true }
        counters.answered(response.status)
        connection.active = now
        if connection.http1 != nil {
            connection.http1!.respond(response, date: date, into: &out)
            if let channel = connection.opening { begin(channel, &out) }
        } else if connection.http2 != nil {
            do {
                try connection.http2?.respond(stream: stream, response, date: date, at: now)
                if let channel = connection.opening { begin(channel, &out) }
            } catch {
                connection.endsWhenSent = true
            }
        }
    }

    func writeAnswers(_ connection: Connection, _ out: inout [UInt8]) {
        guard !connection.answers.isEmpty else { return }
        let answers = exchange(&connection.answers, with: [])
        for answer in answers { write(answer.response, on: answer.stream, connection, &out) }
    }

    /// The end of the turn: what handlers have answered meanwhile.
    func writeDirty() {
        let tokens = dirty
        dirty.removeAll(keepingCapacity: true)
        for token in tokens {
            guard let connection = connections[token] else { continue }
            connection.isDirty = false
            var out = exchange(&output, with: [])
            out.removeAll(keepingCapacity: true)
            writeAnswers(connection, &out)
            resume(connection, &out)
            output = settle(connection, out)
        }
    }

    /// Sends what there is in one piece, and sees where the connection stands then.
    /// - Returns: `out`, to be used again; another buffer when it has grown too large to be kept.
    func settle(_ connection: Connection, _ out: consuming [UInt8]) -> [UInt8] {
        var out = consume out
        guard connections[connection.token] != nil else { return out }
        if connection.http2 != nil, connection.speech == .http2 { drain(connection, &out) }
        send(connection, out)
        if isOver(connection) {
            end(connection)
        } else {
            if connection.hasUnread && !isHeld(connection) || wantsMore(connection) {
                lookAgain(connection)
            }
            schedule(connection)
        }
        return out.capacity > Limits.Server.outputBytesKept ? [] : out
    }

    private func drain(_ connection: Connection, _ out: inout [UInt8]) {
        let room = Limits.Server.outputBytesPause - connection.leftoverCount
        guard room > 0 else { return }
        do {
            try connection.http2?.drain(into: &out, bytesMaximum: room)
        } catch {
            connection.endsWhenSent = true
        }
        countFaults(of: connection)
    }

    private func countFaults(of connection: Connection) {
        guard connection.http2?.hasFaults == true else { return }
        for (fault, count) in connection.http2!.takeFaults() {
            counters.refused(fault.rawValue, count)
        }
    }

    private func send(_ connection: Connection, _ out: borrowing [UInt8]) {
        guard !connection.isBroken else { return }
        guard let sealed = encrypt(out, connection) else { return transmit(connection, out) }
        transmit(connection, sealed)
        self.sealed = sealed.capacity > Limits.Server.outputBytesKept ? [] : sealed
    }

    private func transmit(_ connection: Connection, _ out: borrowing [UInt8]) {
        guard !out.isEmpty else { return }
        guard connection.leftoverCount == 0 else {
            return connection.keep(copy out, now: now)
        }
        switch connection.socket.send(out) {
        case .bytes(let count):
            counters.add(.bytesSent, count)
            connection.wrote = now
            if count < out.count { connection.keep(out[count...], now: now) }
        case .failed: connection.isBroken = true
        }
    }

    /// The kernel has room again for a reader that was slow.
    func flush(_ connection: Connection) {
        guard connection.leftoverCount > 0 else { return }
        switch connection.socket.send(connection.leftover, from: connection.leftoverStart) {
        case .bytes(let count):
            counters.add(.bytesSent, count)
            connection.leftoverStart += count
            if count > 0 { connection.wrote = now }
            if connection.leftoverCount == 0 {
                connection.leftover = []
                connection.leftoverStart = 0
            }
        case .failed: connection.isBroken = true
        }
    }

    /// Whether there is nothing left to do but to close.
    private func isOver(_ connection: Connection) -> Bool {
        if connection.isBroken { return true }
        if connection.leftoverCount > 0 { return false }
        if connection.endsWhenSent { return true }
        switch connection.speech {
        case .undecided, .lingering: return connection.peerEnded
        case .http1:
            return connection.http1!.isFinished
                || connection.peerEnded && connection.waiting == 0 && !connection.isHeldBack
        case .http2:
            return connection.http2?.isFinished == true
                || connection.peerEnded && connection.waiting == 0
                    && connection.http2?.wantsWrite != true
        case .live: return connection.channels.allSatisfy(\.isOver) || connection.peerEnded
        }
    }

    /// Whether reading waits for something that an event or an answer will tell.
    private func isHeld(_ connection: Connection) -> Bool {
        connection.leftoverCount > Limits.Server.outputBytesPause
            || connection.http1?.isPaused == true
    }

    /// Whether more could be written at once, now that all has left.
    private func wantsMore(_ connection: Connection) -> Bool {
        guard connection.leftoverCount == 0 else { return false }
        return connection.isHeldBack || connection.http2?.wantsWrite == true
            || connection.channels.contains { isBehind($0) && hasRoom($0) }
    }

    func lookAgain(_ connection: Connection) {
        guard !connection.isAgain else { return }
        connection.isAgain = true
        again.append(connection.token)
    }

    /// Ends a connection kindly where the peer may still be sending, at once where it is gone.
    private func end(_ connection: Connection) {
        sayGoodbye(connection)
        if connection.isBroken || connection.peerEnded || connection.speech == .lingering {
            return close(connection)
        }
        for channel in connection.channels { leave(channel) }
        connection.socket.endSending()
        connection.speech = .lingering
        connection.http1 = nil
        connection.http2 = nil
        connection.endsWhenSent = false
        connection.lingersUntil = now + Limits.Server.lingerMicroseconds
        connection.hasUnread = true
        lookAgain(connection)
        schedule(connection)
    }

    /// Forgets a connection; its socket closes with it.
    func close(_ connection: Connection) {
        guard connections.remove(connection.token) != nil else { return }
        for channel in connection.channels { leave(channel) }
        countClose(of: connection)
        counters.add(.closed)
    }
}
