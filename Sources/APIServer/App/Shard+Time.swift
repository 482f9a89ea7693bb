import Loop
import Platform
import Wire

extension Shard {
    /// Has the wheel look at a connection in time; does nothing when it will anyway.
    func schedule(_ connection: Connection) {
        let deadline = connection.deadline
        guard deadline < connection.look else { return }
        connection.look = timers.schedule(connection.token, at: deadline)
    }

    func lookAtDeadlines() {
        acceptAgain()
        checkRevocation()
        var due: [Token] = []
        timers.takeDue(now: now, into: &due)
        for token in due {
            // An entry that was overtaken by an earlier one has nothing to say.
            guard let connection = connections[token], connection.look <= now else { continue }
            connection.look = .max
            if connection.deadline <= now { expire(connection) }
            if connections[token] != nil { schedule(connection) }
        }
    }

    /// A deadline has passed.
    private func expire(_ connection: Connection) {
        if connection.leftoverCount == 0, !connection.channels.isEmpty {
            for channel in connection.channels
            where channel.deadline(wrote: connection.wrote) <= now {
                lookAfter(channel)
            }
            if connections[connection.token] == nil || connection.deadline > now { return }
        }
        if connection.speech == .lingering { return close(connection) }
        if let stream = connection.http2?.deadline, stream <= now, connection.leftoverCount == 0 {
            return endStreams(connection)
        }
        guard !connection.wasToldToGo, connection.leftoverCount == 0 else {
            counters.add(.timedOut)
            return close(connection)
        }
        switch connection.speech {
        case .undecided, .lingering, .live: close(connection)
        case .http1, .http2: tellToGo(connection)
        }
    }

    /// Ends the streams of HTTP/2 that keep us waiting; the others go on.
    private func endStreams(_ connection: Connection) {
        counters.add(.timedOut)
        var out = exchange(&output, with: [])
        out.removeAll(keepingCapacity: true)
        var events: [HTTPEvent] = []
        do {
            try connection.http2?.timeOut(at: now, into: &events)
        } catch {
            connection.endsWhenSent = true
        }
        for event in events { answerRefusal(event, connection, &out) }
        output = settle(connection, out)
    }

    /// A refusal is no activity of the peer: it does not renew the connection's deadline.
    private func answerRefusal(
        _ event: HTTPEvent, _ connection: Connection, _ out: inout [UInt8]
    ) {
        guard case .refused(let error, let stream) = event else { return }
        let active = connection.active
        write(answer(to: error), on: stream, connection, &out)
        connection.active = active
    }

    /// Ends a connection of HTTP as its version says, after what it has been asked.
    func tellToGo(_ connection: Connection) {
        connection.wasToldToGo = true
        connection.active = now
        var out = exchange(&output, with: [])
        out.removeAll(keepingCapacity: true)
        if connection.http1 != nil {
            if connection.waiting == 0 && !connection.http1!.isIdle && !isStopping {
                counters.add(.timedOut)
                var events: [HTTPEvent] = []
                connection.http1!.timeOut(into: &events)
                serve(&events, connection, &out)
            }
            connection.http1?.shutdown()
        } else if connection.http2 != nil {
            do { try connection.http2?.shutdown(at: now) } catch { connection.endsWhenSent = true }
        }
        output = settle(connection, out)
    }

    /// No more connections; those there are finish what they have begun.
    func beginStopping() {
        isStopping = true
        listener = nil
        acceptsAgain = nil
        for channel in Array(channels) {
            dismiss(channel, code: 1001, reason: "the server is going down")
        }
        for (_, connection) in connections.all {
            switch connection.speech {
            case .undecided:
                // Its request may be under way: to close now would lose it.
                connection.active =
                    now + Limits.Server.stopGraceMicroseconds - Limits.Server.headMicroseconds
                schedule(connection)
            case .http1, .http2: tellToGo(connection)
            case .live: break
            case .lingering: break
            }
        }
    }

    /// Closes whoever is left.
    func endStopping() {
        for (_, connection) in connections.all { close(connection) }
        options.hub.detach(outlet)
    }
}
