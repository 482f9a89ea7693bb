import Wire

/// What a request for the live stream brings along, read from the places a browser can fill.
enum LiveUpgrade {
    /// The protocol of ours that a client may offer.
    static let subprotocol = "titan.v1"

    /// The subprotocols offered, in order. Source: RFC 6455, section 11.3.4.
    static func offered(_ request: Request) -> [String] {
        var offered: [String] = []
        for field in request.fields where field.nameText == "sec-websocket-protocol" {
            for part in field.valueText.split(separator: ",") {
                offered.append(String(part.drop { $0 == " " }.prefix { $0 != " " }))
            }
        }
        return offered
    }

    /// A token offered as the subprotocol `bearer.<token>`, or as `?access_token=`.
    static func token(_ request: Request, offered: [String]) -> [UInt8]? {
        for name in offered where name.hasPrefix("bearer.") {
            if let token = Bearer.meaningful(Array(name.utf8.dropFirst(7))[...]) { return token }
        }
        guard let items = request.queryItems() else { return nil }
        return items.first { $0.name == "access_token" }
            .flatMap { Bearer.meaningful(Array($0.value.utf8)[...]) }
    }

    /// Whether a page of another origin is asking: browsers tell, and let it ask.
    ///
    /// Source: RFC 6455, section 10.2; RFC 6454, section 6.2.
    static func isForeign(_ request: Request) -> Bool {
        guard let origin = request.fields["origin"] else { return false }
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")]
        where origin.lowercased().hasPrefix(scheme) {
            func bare(_ authority: String) -> String {
                authority.hasSuffix(port) ? String(authority.dropLast(port.count)) : authority
            }
            let host = origin.lowercased().dropFirst(scheme.count)
            return bare(String(host)) != bare(request.authority.lowercased())
        }
        return true
    }
}
