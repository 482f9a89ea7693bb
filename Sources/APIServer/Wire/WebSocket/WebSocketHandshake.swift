/// The request by which an HTTP/1.1 connection becomes a WebSocket. Source: RFC 6455, section 4.2.
public enum WebSocketHandshake {
    private static let guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// Whether the client asks for a WebSocket at all.
    public static func isAsked(by request: Request) -> Bool {
        request.fields.lists("websocket", in: "upgrade")
    }

    /// The answer: 101, after which the connection switches, or a refusal that names the rule.
    ///
    /// - Parameter subprotocol: the one that was chosen among those the client offered.
    public static func answer(to request: Request, subprotocol: String? = nil) -> Response {
        if let refusal = refusal(of: request) { return refusal }
        let key = request.fields["sec-websocket-key"] ?? ""
        var response = Response(
            status: 101,
            fields: [
                ResponseField("upgrade", .constant("websocket")),
                ResponseField("connection", .constant("Upgrade")),
                ResponseField("sec-websocket-accept", accept(key: key)),
            ])
        if let subprotocol {
            response.fields.append(ResponseField("sec-websocket-protocol", subprotocol))
        }
        return response
    }

    /// What proves to the client that its key was understood.
    static func accept(key: String) -> String { Base64.encode(SHA1.hash(Array((key + guid).utf8))) }

    private static func refusal(of request: Request) -> Response? {
        let fields = request.fields
        if request.isHTTP2 || request.method != .get { return WireError.upgradeNotGet.response }
        guard isAsked(by: request), fields.lists("upgrade", in: "connection") else {
            return upgradeRequired(.upgradeMissing)
        }
        guard fields.count(of: "sec-websocket-version") == 1,
            fields["sec-websocket-version"] == "13"
        else { return upgradeRequired(.webSocketVersion) }
        guard fields.count(of: "sec-websocket-key") == 1,
            let key = fields.bytes(of: "sec-websocket-key"), Base64.isSixteenBytes(key)
        else { return WireError.webSocketKey.response }
        return nil
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
    static let webSocketKey = WireError(
        400, "websocket_key", "The Sec-WebSocket-Key is not 16 bytes in base 64.")
}
