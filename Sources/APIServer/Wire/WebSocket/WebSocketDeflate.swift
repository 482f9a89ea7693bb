/// What client and server have agreed on about compression. Source: RFC 7692, section 7.1.
///
/// The server never keeps its context: its frames are shared by all readers with the same window.
public struct WebSocketDeflate: Hashable, Sendable {
    /// The logarithm of how far back our frames may refer.
    public let serverWindowBits: Int
    /// Whether the client forgets its context after each message.
    public let isClientContextDropped: Bool
    private let clientWindowBits: Int?

    /// What the server says of it in `Sec-WebSocket-Extensions`.
    public var answer: String {
        var answer = "permessage-deflate; server_no_context_takeover"
        if isClientContextDropped { answer += "; client_no_context_takeover" }
        if serverWindowBits < 15 { answer += "; server_max_window_bits=\(serverWindowBits)" }
        if let clientWindowBits { answer += "; client_max_window_bits=\(clientWindowBits)" }
        return answer
    }

    /// The first offer that can be taken, or `nil`: then nothing is compressed.
    ///
    /// - Parameter keepsClientContext: Whether the client may refer to its earlier messages, which
    ///   costs memory as long as the connection lives.
    public static func negotiate(
        _ fields: HeaderBlock, keepsClientContext: Bool
    ) -> WebSocketDeflate? {
        for field in fields where field.nameText == "sec-websocket-extensions" {
            guard let offers = WebSocketExtension.parse(field.value) else { continue }
            for offer in offers where offer.name == "permessage-deflate" {
                if let taken = take(offer, keepsClientContext) { return taken }
            }
        }
        return nil
    }

    private static func take(
        _ offer: WebSocketExtension, _ keepsClientContext: Bool
    ) -> WebSocketDeflate? {
        var seen: Set<String> = []
        var (serverBits, clientBits): (Int, Int?) = (15, nil)
        var drops = !keepsClientContext
        for parameter in offer.parameters {
            let (name, value) = (parameter.name, parameter.value)
            // A name twice, or one that is not known, declines the offer. Source: section 7.1.
            guard seen.insert(name).inserted else { return nil }
            switch (name, value) {
            case ("server_no_context_takeover", nil): break
            case ("client_no_context_takeover", nil): drops = true
            case ("server_max_window_bits", let value?):
                guard let bits = windowBits(value), bits > 8 else { return nil }
                serverBits = bits
            case ("client_max_window_bits", nil): break
            case ("client_max_window_bits", let value?):
                guard let bits = windowBits(value) else { return nil }
                // zlib reads a window of any size; one of 8 it would not write, so it is not asked for.
                clientBits = bits > 8 ? bits : nil
            default: return nil
            }
        }
        return WebSocketDeflate(
            serverWindowBits: serverBits, isClientContextDropped: drops,
            clientWindowBits: clientBits)
    }

    /// 8 to 15 without a leading zero. Source: section 7.1.2.
    private static func windowBits(_ text: String) -> Int? {
        guard let bits = Int(text), (8...15).contains(bits), text == String(bits) else {
            return nil
        }
        return bits
    }
}
