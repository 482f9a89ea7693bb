/// What an endpoint opens that is more than an answer.
public struct Opening: Sendable, Hashable {
    public enum Form: Sendable, Hashable {
        /// Source: RFC 6455; over HTTP/2, RFC 8441.
        case webSocket
        /// Server-sent events.
        case events
    }

    public enum Purpose: Sendable, Hashable {
        /// Topics of the desk, as the reader subscribes to them.
        case live
        /// Every message comes back.
        case echo
        /// Every message goes to everyone.
        case hub
    }

    public let form: Form
    public let purpose: Purpose
    /// `nil` where anyone may.
    public let permission: Permission?

    public init(_ form: Form, _ purpose: Purpose, permission: Permission?) {
        (self.form, self.purpose, self.permission) = (form, purpose, permission)
    }
}
