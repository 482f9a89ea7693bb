import Domain
import Loop
import Platform
import Wire

/// Channels: hearing, answering, closing.
extension Shard {
    /// Adds bytes of a channel to what its connection sends.
    func put(_ bytes: [UInt8], on channel: Channel, _ out: inout [UInt8]) {
        let connection = channel.connection
        if channel.stream != 0 {
            do throws(HTTP2Error) {
                try connection.http2?.send(bytes, stream: channel.stream, at: now)
            } catch {
                connection.endsWhenSent = true
            }
        } else if connection.speech == .live {
            out += bytes
        } else {
            connection.http1?.send(bytes, into: &out)
        }
    }

    /// Whether everything said on a channel has left it.
    func hasRoom(_ channel: Channel) -> Bool {
        channel.connection.leftoverCount == 0
            && (channel.stream == 0 || channel.connection.http2?.untaken(channel.stream) == 0)
    }

    /// Bytes of the peer on a WebSocket.
    func take(_ bytes: Span<UInt8>, _ channel: Channel, _ out: inout [UInt8]) {
        guard channel.socket != nil, !channel.isOver else { return }
        var events: [WebSocketEvent] = []
        channel.socket!.frames.receive(bytes, into: &events)
        channel.socket!.heard()
        for event in events {
            take(event, channel, &out)
            if untaken(channel, out.count) > Limits.Live.answersBytesMaximum,
                channel.purpose == .live
            {
                cut(channel, code: 1008, reason: "asks for more than it takes", &out)
            }
        }
    }

    private func untaken(_ channel: Channel, _ count: Int) -> Int {
        let connection = channel.connection
        return connection.leftoverCount + count + (connection.http2?.untaken(channel.stream) ?? 0)
    }

    /// After our Close frame nothing is answered but the peer's. Source: RFC 6455, section 5.5.1.
    private func take(_ event: WebSocketEvent, _ channel: Channel, _ out: inout [UInt8]) {
        let isOpen = channel.isOpen
        switch event {
        case .text(let message): if isOpen { hear(.text, message, channel, &out) }
        case .binary(let message): if isOpen { hear(.binary, message, channel, &out) }
        case .ping(let payload): if isOpen { put(WebSocketFrame.pong(payload), on: channel, &out) }
        case .pong: break
        case .close(let code, _):
            follow(channel.socket!.closing.received(code: code), channel, &out)
        case .failed(let failure):
            counters.refused("websocket_\(failure.code)")
            let action = channel.socket!.closing.failed(failure)
            follow(action, reason: failure.sentence, channel, &out)
        }
    }

    private func hear(
        _ kind: WebSocketOpcode, _ message: [UInt8], _ channel: Channel, _ out: inout [UInt8]
    ) {
        switch channel.purpose {
        case .echo: put(frame(kind, message.span, for: channel), on: channel, &out)
        case .hub: options.hub.broadcast(message, isText: kind == .text)
        case .live:
            guard kind == .text else {
                return say(.init(code: .badJSON, message: "not a text message"), channel, &out)
            }
            obey(message, channel, &out)
        }
    }

    /// A frame as this channel's peer reads it.
    private func frame(
        _ kind: WebSocketOpcode, _ payload: Span<UInt8>, for channel: Channel
    ) -> [UInt8] {
        if let bits = channel.socket?.deflate?.serverWindowBits {
            return deflater.frame(kind, payload, windowBits: bits)
        }
        var frame: [UInt8] = []
        frame.reserveCapacity(payload.count + 10)
        WebSocketFrame.append(kind, payload, to: &frame)
        return frame
    }

    private func follow(
        _ action: WebSocketClosing.Action, reason: String = "", _ channel: Channel,
        _ out: inout [UInt8]
    ) {
        switch action {
        case .nothing: return
        case .sendClose(let code):
            put(WebSocketFrame.close(code: code, reason: reason), on: channel, &out)
        case .sendCloseAndDisconnect(let code):
            put(WebSocketFrame.close(code: code, reason: reason), on: channel, &out)
            end(channel, &out)
        case .disconnect: end(channel, &out)
        }
    }

    /// Nothing follows on this channel. The others of its connection go on.
    private func end(_ channel: Channel, _ out: inout [UInt8]) {
        channel.isOver = true
        let connection = channel.connection
        if channel.stream != 0 {
            do throws(HTTP2Error) {
                try connection.http2?.finishStream(channel.stream)
            } catch {
                connection.endsWhenSent = true
            }
            leave(channel)
        } else if connection.speech != .live {
            leave(channel)
            connection.http1?.finishStream(into: &out)
        }
    }

    private func say(
        _ refusal: LiveCommand.Refusal, _ channel: Channel, _ out: inout [UInt8]
    ) {
        counters.refused("live_" + refusal.code.rawValue)
        put(WebSocketFrame.text(refusal.json), on: channel, &out)
    }

    private func obey(_ message: [UInt8], _ channel: Channel, _ out: inout [UInt8]) {
        do throws(LiveCommand.Refusal) {
            switch try LiveCommand.parse(message) {
            case .unsubscribe(let topic):
                if channel.sent[topic.index] == nil { return }
                channel.sent[topic.index] = nil
                outlet.readersChanged(by: -1)
            case .subscribe(let topic, let after): subscribe(channel, topic, after, &out)
            }
        } catch {
            say(error, channel, &out)
        }
    }

    func subscribe(
        _ channel: Channel, _ topic: Topic, _ after: LiveCommand.Place?, _ out: inout [UInt8]
    ) {
        // Counted before the hub is asked, so that nothing published since is missed.
        if channel.sent[topic.index] == nil { outlet.readersChanged(by: 1) }
        let beginning = options.hub.begin(topic, after: after)
        channel.sent[topic.index] = beginning.at
        for message in beginning.messages { put(encoded(message, for: channel), on: channel, &out) }
        counters.add(.framesSent, beginning.messages.count)
        // What was published since the last look is for the others, too.
        if looked[topic.index] < beginning.newest { outlet.wake() }
        lookAgain(channel.connection)
    }

    /// One message as this channel's peer reads it.
    func encoded(_ message: LiveMessage, for channel: Channel) -> [UInt8] {
        guard let socket = channel.socket else {
            var event = message.event
            ServerSentEvent.end(id: channel.eventID(epoch: options.hub.epoch), to: &event)
            return event
        }
        if socket.deflate == nil { return message.frame }
        return frame(message.isText ? .text : .binary, message.payload.span, for: channel)
    }

    /// Closes a channel with a code and a reason, after what was written before.
    func dismiss(_ channel: Channel, code: UInt16, reason: String) {
        var out = exchange(&output, with: [])
        out.removeAll(keepingCapacity: true)
        cut(channel, code: code, reason: reason, &out)
        output = settle(channel.connection, out)
    }

    /// Server-sent events have no words for a reason: the answer ends, and the client comes again.
    func cut(_ channel: Channel, code: UInt16, reason: String, _ out: inout [UInt8]) {
        guard channel.socket != nil else { return end(channel, &out) }
        if let frame = channel.socket!.close(code: code, reason: reason, now: now) {
            put(frame, on: channel, &out)
        }
    }

    /// The peer sends no more on a stream of HTTP/2.
    func peerEnded(_ channel: Channel, _ out: inout [UInt8]) {
        if channel.socket != nil { end(channel, &out) }
    }

    /// Takes a channel off the lists.
    func leave(_ channel: Channel) {
        guard channel.place < channels.count, channels[channel.place] === channel else { return }
        outlet.readersChanged(by: -channel.subscriptions)
        let last = channels.removeLast()
        if last !== channel {
            channels[channel.place] = last
            last.place = channel.place
        }
        channel.isOver = true
        channel.place = .max
        channel.connection.channels.removeAll { $0 === channel }
        counters.add(.liveClosed)
    }

    /// A channel's deadline has passed.
    func lookAfter(_ channel: Channel) {
        switch channel.due(now: now) {
        case .nothing: break
        case .ping: whisper(WebSocketFrame.ping(), channel)
        case .heartbeat: whisper(ServerSentEvent.heartbeat, channel)
        case .expired: dismiss(channel, code: 4401, reason: "the token has expired")
        case .unclosed: giveUp(channel)
        case .gone:
            counters.add(.timedOut)
            giveUp(channel)
        }
    }

    private func whisper(_ bytes: [UInt8], _ channel: Channel) {
        var out = exchange(&output, with: [])
        out.removeAll(keepingCapacity: true)
        put(bytes, on: channel, &out)
        output = settle(channel.connection, out)
    }

    /// The peer does not close, or is gone: its connection, or its stream, ends at once.
    private func giveUp(_ channel: Channel) {
        let connection = channel.connection
        guard channel.stream != 0 else { return close(connection) }
        leave(channel)
        do throws(HTTP2Error) {
            try connection.http2?.reset(channel.stream, code: 8)
        } catch {
            connection.endsWhenSent = true
        }
        _ = settle(connection, [])
    }

    /// Something was revoked somewhere: every reader's token is verified anew.
    func checkRevocation() {
        let revocation = options.authenticator.revocation
        guard revocation != self.revocation else { return }
        self.revocation = revocation
        for channel in channels {
            guard let lease = channel.lease, channel.isOpen else { continue }
            do throws(APIError) {
                let credential = try check(lease.token)
                guard credential.operator.may(lease.permission) else {
                    throw APIError.forbidden(lease.permission)
                }
                channel.lease!.expires = now + (credential.expires - wall)
                schedule(channel.connection)
            } catch {
                dismiss(channel, code: 4401, reason: "the token no longer holds")
            }
        }
    }
}
