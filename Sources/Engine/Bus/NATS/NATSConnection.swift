import CNATS
import Platform

/// One connection to a NATS server, for one life: when it is lost, it is closed, never mended.
///
/// libnats's own reconnecting is off. It would keep what was published meanwhile, and what stood in
/// its write buffer, and send it after the reconnect, long after we called it unknown; its buffer
/// cannot be made empty (a size of 0 means 8 MiB, and 1 still takes one message of any size).
/// So the bus makes a new connection, and a dead one takes its buffers with it.
///
/// **Thread**: used by one thread at a time; libnats's threads only fill the inbox.
@safe struct NATSConnection: ~Copyable {
    private let handle: OpaquePointer

    init(url: String, number: Int, inbox: NATSInbox) throws(BusError) {
        var options: OpaquePointer?
        guard unsafe natsOptions_Create(&options) == NATS_OK, let options = unsafe options else {
            throw .server(doing: "connect to \(url)", reason: "no memory")
        }
        defer { unsafe natsOptions_Destroy(options) }
        let context = unsafe Unmanaged.passRetained(Context(number: number, inbox: inbox))
        var status = unsafe Self.set(options, url: url, context: context.toOpaque())
        var handle: OpaquePointer?
        if status == NATS_OK { status = unsafe natsConnection_Connect(&handle, options) }
        guard status == NATS_OK, let handle = unsafe handle else {
            unsafe context.release()
            throw .server(doing: "connect to \(url)", reason: natsReason(status))
        }
        unsafe self.handle = handle
    }

    deinit {
        // Closing makes libnats say "closed", which releases the context.
        unsafe natsConnection_Close(handle)
        unsafe natsConnection_Destroy(handle)
    }

    /// Hands one message to the kernel. `NATS_OK` says no more than that.
    func publish(
        _ subject: String, reply: String? = nil, headers: [BusHeader] = [], payload: [UInt8]
    ) -> natsStatus {
        var message: OpaquePointer?
        var status = unsafe payload.withUnsafeBytes { bytes in
            unsafe natsMsg_Create(
                &message, subject, reply, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                CInt(bytes.count))
        }
        guard status == NATS_OK, let message = unsafe message else { return status }
        defer { unsafe natsMsg_Destroy(message) }
        for header in headers where status == NATS_OK {
            status = unsafe natsMsgHeader_Add(message, header.name, header.value)
        }
        guard status == NATS_OK else { return status }
        return unsafe natsConnection_PublishMsg(handle, message)
    }

    /// Subscribes until the returned value goes away, which must be before the connection does.
    func subscribe(
        _ filter: String, number: Int, inbox: NATSInbox
    ) throws(BusError) -> NATSSubscription {
        try unsafe NATSSubscription(filter, number: number, on: handle, into: inbox)
    }

    /// The server's administration of streams and consumers, over this connection.
    func administration() throws(BusError) -> NATSAdministration {
        try unsafe NATSAdministration(on: handle)
    }

    /// Waits until the server has seen everything so far, subscriptions above all.
    func flush() -> natsStatus {
        unsafe natsConnection_FlushTimeout(handle, Limits.Bus.connectMilliseconds)
    }

    private final class Context: Sendable {
        let number: Int
        let inbox: NATSInbox

        init(number: Int, inbox: NATSInbox) {
            self.number = number
            self.inbox = inbox
        }
    }

    private static func set(
        _ options: OpaquePointer, url: String, context: UnsafeMutableRawPointer
    ) -> natsStatus {
        let answers = unsafe [
            natsOptions_SetURL(options, url),
            natsOptions_SetName(options, "titan"),
            natsOptions_SetAllowReconnect(options, false),
            // Each publish goes to the socket before it returns: nothing waits in the client.
            natsOptions_SetSendAsap(options, true),
            natsOptions_SetTimeout(options, Limits.Bus.connectMilliseconds),
            natsOptions_SetWriteDeadline(options, Limits.Bus.writeMilliseconds),
            natsOptions_SetPingInterval(options, Limits.Bus.pingMilliseconds),
            natsOptions_SetMaxPingsOut(options, 2),
            natsOptions_SetClosedCB(options, sayClosed, context),
            natsOptions_SetErrorHandler(options, ignore, nil),
        ]
        return answers.first { $0 != NATS_OK } ?? NATS_OK
    }

    private static let sayClosed: natsConnectionHandler = { _, closure in
        let context = unsafe Unmanaged<Context>.fromOpaque(closure!).takeRetainedValue()
        context.inbox.put(.closed(connection: context.number))
    }

    /// A slow subscriber or a refused subject: seen in the counters and outcomes, not on stderr.
    private static let ignore: natsErrHandler = { _, _, _, _ in }
}

/// What a status of libnats means, in its words.
func natsReason(_ status: natsStatus) -> String {
    unsafe String(cString: natsStatus_GetText(status))
}
