/// The request by which a connection of HTTP/1.1, or a stream of HTTP/2, becomes a WebSocket.
///
/// Source: RFC 6455, section 4.2; RFC 8441, section 5.
public enum WebSocketHandshake {
    private static let guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// Whether the client asks for a WebSocket at all.
    public static func isAsked(by request: Request) -> Bool {
        request.isHTTP2
            ? request.protocolName == "websocket"
            : !request.isHTTP10 && request.fields.lists("websocket", in: "upgrade")
    }

    /// The answer: 101 in HTTP/1.1 and 200 in HTTP/2, after which it is a WebSocket; or a refusal
    /// that names the rule.
    ///
    /// - Parameters:
    ///   - subprotocol: the one that was chosen among those the client offered.
    ///   - deflate: what was agreed on about compression.
    public static func answer(
        to request: Request, subprotocol: String? = nil, deflate: WebSocketDeflate? = nil
    ) -> Response {
        if let refusal = refusal(of: request) { return refusal }
        var response =
            request.isHTTP2 ? Response(status: 200, body: .stream) : switching(request)
        if let subprotocol {
            response.fields.append(ResponseField("sec-websocket-protocol", subprotocol))
        }
        if let deflate {
            response.fields.append(ResponseField("sec-websocket-extensions", deflate.answer))
        }
        return response
    }

    /// Whether an answer opens the WebSocket.
    public static func isOpening(_ response: Response) -> Bool {
        response.status == 101 || response.status == 200
    }

    private static func switching(_ request: Request) -> Response {
        let key = request.fields["sec-websocket-key"] ?? ""
        return Response(
            status: 101,
            fields: [
                ResponseField("upgrade", .constant("websocket")),
                ResponseField("connection", .constant("Upgrade")),
                ResponseField("sec-websocket-accept", accept(key: key)),
            ])
    }

    /// What proves to the client that its key was understood.
    static func accept(key: String) -> String { Base64.encode(SHA1.hash(Array((key + guid).utf8))) }

    private static func refusal(of request: Request) -> Response? {
        let fields = request.fields
        let hasVersion =
            fields.count(of: "sec-websocket-version") == 1
            && fields["sec-websocket-version"] == "13"
        if request.isHTTP2 && !hasVersion { return otherVersion }
        guard WebSocketExtension.areSound(in: fields) else {
            return WireError.webSocketExtensions.response
        }
        if request.isHTTP2 { return nil }
        if request.method != .get { return WireError.upgradeNotGet.response }
        guard isAsked(by: request), fields.lists("upgrade", in: "connection") else {
            return upgradeRequired(.upgradeMissing)
        }
        guard hasVersion else { return upgradeRequired(.webSocketVersion) }
        guard fields.count(of: "sec-websocket-key") == 1,
            let key = fields.bytes(of: "sec-websocket-key"), Base64.isSixteenBytes(key)
        else { return WireError.webSocketKey.response }
        return nil
    }

    /// In HTTP/2 there is no `upgrade` to ask for. Source: RFC 9110, section 15.5.22.
    private static var otherVersion: Response {
        let error = WireError.webSocketVersion
        var response = WireError(400, error.code, error.sentence).response
        response.fields.append(ResponseField("sec-websocket-version", .constant("13")))
        return response
    }

    private static func upgradeRequired(_ error: WireError) -> Response {
        var response = error.response
        response.fields.append(ResponseField("upgrade", .constant("websocket")))
        response.fields.append(ResponseField("connection", .constant("Upgrade")))
        response.fields.append(ResponseField("sec-websocket-version", .constant("13")))
        return response
    }
}

extension WireError {
    static let upgradeNotGet = WireError(
        400, "upgrade_not_get", "A WebSocket is opened by a GET request in HTTP/1.1.")
    static let upgradeMissing = WireError(
        426, "upgrade_missing", "This address is a WebSocket and needs Upgrade and Connection.")
    static let webSocketVersion = WireError(
        426, "websocket_version", "This server speaks version 13 of WebSocket.")
    static let webSocketExtensions = WireError(
        400, "websocket_extensions", "The Sec-WebSocket-Extensions is malformed.")
    static let webSocketKey = WireError(
        400, "websocket_key", "The Sec-WebSocket-Key is not 16 bytes in base 64.")
}
