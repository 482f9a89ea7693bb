/// Why the bus could not be set up as asked. Nothing has changed when one is thrown.
public enum BusError: Error, Hashable, Sendable, CustomStringConvertible {
    case invalidSubject(String)
    case invalidConsumer(durable: String, reason: String)
    case streamMissing(String)
    /// The server holds a stream of that name that is not the one we need.
    case streamDiffers(stream: String, field: String, have: String, want: String)
    /// The server holds a durable consumer of that name that is not the one we need.
    case consumerDiffers(durable: String, field: String, have: String, want: String)
    /// A message of a work queue has one consumer. Source: nats-server, error 10100.
    case consumerOverlaps(durable: String, stream: String)
    case consumerBusy(durable: String)
    /// The server cannot be reached, or refused what was asked.
    case server(doing: String, reason: String)
    case closed

    public var description: String {
        switch self {
        case .invalidSubject(let subject): "\"\(subject)\" is not a subject"
        case .invalidConsumer(let durable, let reason): "consumer \(durable): \(reason)"
        case .streamMissing(let name): "there is no stream \(name)"
        case .streamDiffers(let name, let field, let have, let want):
            "stream \(name): \(field) is \(have), must be \(want)"
        case .consumerDiffers(let name, let field, let have, let want):
            "consumer \(name): \(field) is \(have), must be \(want)"
        case .consumerOverlaps(let durable, let stream):
            "consumer \(durable): the work queue \(stream) has a consumer for these subjects"
        case .consumerBusy(let durable): "consumer \(durable) is already in use here"
        case .server(let doing, let reason): "\(doing): \(reason)"
        case .closed: "the bus is closed"
        }
    }
}
