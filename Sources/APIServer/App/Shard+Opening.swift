import Loop
import Platform
import Wire

/// Requests that open a channel. Every refusal comes before the switch.
extension Shard {
    func open(
        _ opening: Opening, _ call: Call, on connection: Connection
    ) throws(APIError) -> Response {
        let response =
            switch opening.form {
            case .webSocket: try openSocket(opening, call, on: connection)
            case .events: try openEvents(opening, call, on: connection)
            }
        return response
    }

    private func openSocket(
        _ opening: Opening, _ call: Call, on connection: Connection
    ) throws(APIError) -> Response {
        let request = call.request
        guard WebSocketHandshake.isAsked(by: request) else {
            // The field is of HTTP/1.1 only. Source: RFC 9113, section 8.2.2.
            throw APIError(
                .upgradeRequired, code: "upgrade_required", message: "This address is a WebSocket",
                headers: request.isHTTP2 ? [] : [("upgrade", "websocket")])
        }
        let offered = LiveUpgrade.offered(request)
        let lease = try lease(opening, request, offered: offered, on: connection)
        let isLive = opening.purpose == .live
        let deflate = WebSocketDeflate.negotiate(request.fields, keepsClientContext: !isLive)
        let response = WebSocketHandshake.answer(
            to: request,
            subprotocol: isLive && offered.contains(LiveUpgrade.subprotocol)
                ? LiveUpgrade.subprotocol : nil,
            deflate: deflate)
        if WebSocketHandshake.isOpening(response) {
            let maximum =
                isLive ? Limits.Live.commandBytesMaximum : Limits.Conformance.messageBytesMaximum
            prepare(
                opening, request, on: connection, lease,
                WebSocketLink(messageBytesMaximum: maximum, deflate: deflate, now: now))
        }
        return response
    }

    private func openEvents(
        _ opening: Opening, _ call: Call, on connection: Connection
    ) throws(APIError) -> Response {
        let request = call.request
        let lease = try lease(opening, request, offered: [], on: connection)
        let wanted = try EventSelection(request, of: options.hub)
        var response = Response(status: 200, fields: Self.eventFields, body: .stream)
        if request.method == .head {
            response.body = .none
            return response
        }
        prepare(opening, request, on: connection, lease, nil)
        connection.opening!.selection = wanted
        return response
    }

    private static let eventFields = [
        ResponseField("content-type", "text/event-stream"),
        ResponseField("cache-control", "no-store"),
        // Proxies that would rather collect answers than pass them on.
        ResponseField("x-accel-buffering", "no"),
    ]

    /// By what right the caller reads, `nil` where none is needed.
    private func lease(
        _ opening: Opening, _ request: Request, offered: [String], on connection: Connection
    ) throws(APIError) -> Channel.Lease? {
        guard let permission = opening.permission else { return nil }
        if LiveUpgrade.isForeign(request) {
            throw APIError(
                .forbidden, code: "foreign_origin",
                message: "A page of another origin may not open the stream")
        }
        guard
            let token = options.authenticator.token(in: request)
                ?? LiveUpgrade.token(request, offered: offered)
        else { throw .unauthorized(code: "token_missing", message: "This needs a bearer token") }
        let credential = try verify(token, on: connection)
        guard credential.operator.may(permission) else { throw .forbidden(permission) }
        return Channel.Lease(
            token: token, permission: permission, expires: now + (credential.expires - wall))
    }

    private func prepare(
        _ opening: Opening, _ request: Request, on connection: Connection,
        _ lease: Channel.Lease?, _ socket: WebSocketLink?
    ) {
        connection.opening = Channel(
            opening, on: connection, stream: request.stream, topics: options.hub.topics.count,
            socket: socket, lease: lease, now: now)
    }

    /// The answer that opens a channel is written: from here on it speaks for itself.
    func begin(_ channel: Channel, _ out: inout [UInt8]) {
        let connection = channel.connection
        connection.opening = nil
        channel.place = channels.count
        channels.append(channel)
        connection.channels.append(channel)
        counters.add(.live)
        if channel.purpose == .hub { subscribe(channel, .broadcast, nil, &out) }
        if let selection = channel.selection { begin(channel, selection, &out) }
        guard channel.socket != nil else { return }
        if channel.stream == 0 {
            connection.verified = nil
            connection.speech = .live
            let rest = connection.http1!.switchProtocol()
            connection.http1 = nil
            if !rest.isEmpty { take(rest.span, channel, &out) }
        } else if let early = connection.http2?.takeEarly(channel.stream) {
            if !early.bytes.isEmpty { take(early.bytes.span, channel, &out) }
            if early.isEnd { peerEnded(channel, &out) }
        }
    }

    /// Tells a reader of events how things stand, or what it has missed.
    private func begin(_ channel: Channel, _ selection: EventSelection, _ out: inout [UInt8]) {
        channel.selection = nil
        put(ServerSentEvent.retry(milliseconds: Limits.Live.retryMilliseconds), on: channel, &out)
        for (topic, after) in selection.places { subscribe(channel, topic, after, &out) }
    }
}
