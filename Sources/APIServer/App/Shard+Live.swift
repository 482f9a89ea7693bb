import Domain
import Loop
import Platform
import Wire

extension Shard {
    /// Answers a request for the live stream. Every refusal comes before the switch.
    func upgrade(
        _ call: Call, on connection: Connection, _ permission: Permission
    ) throws(APIError) -> Response {
        let request = call.request
        guard WebSocketHandshake.isAsked(by: request) else {
            // The field is of HTTP/1.1 only. Source: RFC 9113, section 8.2.2.
            throw APIError(
                .upgradeRequired, code: "upgrade_required", message: "This address is a WebSocket",
                headers: request.isHTTP2 ? [] : [("upgrade", "websocket")])
        }
        if LiveUpgrade.isForeign(request) {
            throw APIError(
                .forbidden, code: "foreign_origin",
                message: "A page of another origin may not open the stream")
        }
        let offered = LiveUpgrade.offered(request)
        guard
            let token = options.authenticator.token(in: request)
                ?? LiveUpgrade.token(request, offered: offered)
        else { throw .unauthorized(code: "token_missing", message: "This needs a bearer token") }
        let credential = try verify(token, on: connection)
        guard credential.operator.may(permission) else { throw .forbidden(permission) }
        let chosen = offered.contains(LiveUpgrade.subprotocol) ? LiveUpgrade.subprotocol : nil
        let response = WebSocketHandshake.answer(to: request, subprotocol: chosen)
        if response.status == 101 {
            connection.upgrade = LiveReader(
                token: token, permission: permission,
                expires: now + (credential.expires - wall), now: now)
        }
        return response
    }

    /// The answer 101 is written: from here on the connection speaks WebSocket.
    func becomeLive(_ connection: Connection, _ reader: LiveReader, _ out: inout [UInt8]) {
        connection.upgrade = nil
        connection.verified = nil
        connection.reader = reader
        connection.reader!.place = readers.count
        connection.speech = .live
        readers.append(connection)
        counters.add(.live)
        let rest = connection.http1!.switchProtocol()
        connection.http1 = nil
        if !rest.isEmpty { takeLive(rest.span, connection, &out) }
    }

    /// Takes a connection off the list of readers, if it is on it.
    func leaveLive(_ connection: Connection) {
        guard let reader = connection.reader else { return }
        outlet.readersChanged(by: -reader.subscriptions)
        let last = readers.removeLast()
        if last !== connection {
            readers[reader.place] = last
            last.reader!.place = reader.place
        }
        connection.reader = nil
        counters.add(.liveClosed)
    }

    func takeLive(_ bytes: Span<UInt8>, _ connection: Connection, _ out: inout [UInt8]) {
        var events: [WebSocketEvent] = []
        connection.reader!.frames.receive(bytes, into: &events)
        connection.reader!.heard()
        for event in events {
            takeLive(event, connection, &out)
            if connection.leftoverCount + out.count > Limits.Live.answersBytesMaximum {
                cut(connection, code: 1008, reason: "asks for more than it takes", &out)
            }
        }
    }

    /// After our Close frame nothing is answered but the peer's. Source: RFC 6455, section 5.5.1.
    private func takeLive(
        _ event: WebSocketEvent, _ connection: Connection, _ out: inout [UInt8]
    ) {
        let isOpen = connection.reader!.closing.isOpen
        switch event {
        case .text(let message): if isOpen { obey(message, connection, &out) }
        case .binary:
            if isOpen { say(.init(code: .badJSON, message: "not a text message"), &out) }
        case .ping(let payload): if isOpen { out += WebSocketFrame.pong(payload) }
        case .pong: break
        case .close(let code, _):
            let action = connection.reader!.closing.received(code: code)
            out += connection.reader!.take(action) ?? []
        case .failed(let failure):
            counters.refused("websocket_\(failure.code)")
            let action = connection.reader!.closing.failed(failure)
            out += connection.reader!.take(action, reason: failure.sentence) ?? []
        }
    }

    private func say(_ refusal: LiveCommand.Refusal, _ out: inout [UInt8]) {
        counters.refused("live_" + refusal.code.rawValue)
        out += WebSocketFrame.text(refusal.json)
    }

    private func obey(_ message: [UInt8], _ connection: Connection, _ out: inout [UInt8]) {
        do {
            switch try LiveCommand.parse(message) {
            case .unsubscribe(let topic):
                if connection.reader!.sent[topic.index] == nil { return }
                connection.reader!.sent[topic.index] = nil
                outlet.readersChanged(by: -1)
            case .subscribe(let topic, let after): subscribe(connection, topic, after, &out)
            }
        } catch {
            say(error, &out)
        }
    }

    private func subscribe(
        _ connection: Connection, _ topic: Topic, _ after: LiveCommand.Place?,
        _ out: inout [UInt8]
    ) {
        // Counted before the hub is asked, so that nothing published since is missed.
        if connection.reader!.sent[topic.index] == nil { outlet.readersChanged(by: 1) }
        let beginning = options.hub.begin(topic, after: after)
        for message in beginning.messages { out += message.frame }
        counters.add(.framesSent, beginning.messages.count)
        connection.reader!.sent[topic.index] = beginning.at
        looked[topic.index] = max(looked[topic.index], beginning.newest)
        lookAgain(connection)
    }

    /// Closes a reader with a code and a reason, after what was written before.
    func dismiss(_ connection: Connection, code: UInt16, reason: String) {
        var out = exchange(&output, with: [])
        out.removeAll(keepingCapacity: true)
        cut(connection, code: code, reason: reason, &out)
        output = settle(connection, out)
    }

    func cut(_ connection: Connection, code: UInt16, reason: String, _ out: inout [UInt8]) {
        out += connection.reader!.close(code: code, reason: reason, now: now) ?? []
    }

    /// A reader's deadline has passed.
    func lookAfterReader(_ connection: Connection) {
        switch connection.reader!.due(now: now) {
        case .nothing: break
        case .ping:
            _ = settle(connection, WebSocketFrame.ping())
        case .expired: dismiss(connection, code: 4401, reason: "the token has expired")
        case .unclosed:
            connection.endsWhenSent = true
            _ = settle(connection, [])
        case .gone:
            counters.add(.timedOut)
            close(connection)
        }
    }

    /// Something was revoked somewhere: every reader's token is verified anew.
    func checkRevocation() {
        let revocation = options.authenticator.revocation
        guard revocation != self.revocation else { return }
        self.revocation = revocation
        for connection in readers {
            guard let reader = connection.reader, reader.closing.isOpen else { continue }
            do throws(APIError) {
                let credential = try check(reader.token)
                guard credential.operator.may(reader.permission) else {
                    throw APIError.forbidden(reader.permission)
                }
                connection.reader!.expires = now + (credential.expires - wall)
                schedule(connection)
            } catch {
                dismiss(connection, code: 4401, reason: "the token no longer holds")
            }
        }
    }
}
