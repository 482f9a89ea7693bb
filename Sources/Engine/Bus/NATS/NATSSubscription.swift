import CNATS
import Glibc

/// One subject filter, delivered into an inbox until this value goes away.
///
/// libnats calls back on threads of its own; the callback copies and returns.
@safe struct NATSSubscription: ~Copyable {
    private let handle: OpaquePointer

    private final class Context: Sendable {
        let number: Int
        let inbox: NATSInbox

        init(number: Int, inbox: NATSInbox) {
            self.number = number
            self.inbox = inbox
        }
    }

    @unsafe init(
        _ filter: String, number: Int, on connection: OpaquePointer, into inbox: NATSInbox
    ) throws(BusError) {
        let context = unsafe Unmanaged.passRetained(Context(number: number, inbox: inbox))
        var handle: OpaquePointer?
        var status = unsafe natsConnection_Subscribe(
            &handle, connection, filter, Self.copy, context.toOpaque())
        guard status == NATS_OK, let handle = unsafe handle else {
            unsafe context.release()
            throw .server(doing: "subscribe to \(filter)", reason: natsReason(status))
        }
        // C's own thread may call back until it says that it is done, also when the connection is
        // lost before this value goes away. If the connection is lost right here, the context
        // stays: a few bytes rather than a callback into nothing.
        status = unsafe natsSubscription_SetOnCompleteCB(handle, Self.release, context.toOpaque())
        guard status == NATS_OK else {
            unsafe natsSubscription_Destroy(handle)
            throw .server(doing: "subscribe to \(filter)", reason: natsReason(status))
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe natsSubscription_Unsubscribe(handle)
        unsafe natsSubscription_Destroy(handle)
    }

    private static let release: natsOnCompleteCB = { context in
        unsafe Unmanaged<Context>.fromOpaque(context!).release()
    }

    private static let copy: natsMsgHandler = { _, _, message, closure in
        let context = unsafe Unmanaged<Context>.fromOpaque(closure!).takeUnretainedValue()
        guard let message = unsafe message else { return }
        let copied = unsafe read(message)
        unsafe natsMsg_Destroy(message)
        context.inbox.put(.message(subscription: context.number, copied))
    }

    private static func read(_ message: OpaquePointer) -> NATSMessage {
        let data = unsafe UnsafeRawBufferPointer(
            start: natsMsg_GetData(message), count: Int(natsMsg_GetDataLength(message)))
        let reply = unsafe natsMsg_GetReply(message)
        return unsafe NATSMessage(
            subject: String(cString: natsMsg_GetSubject(message)),
            reply: reply.map { unsafe String(cString: $0) }, headers: headers(of: message),
            payload: Array(data))
    }

    /// In order of their names, as the embedded bus has them.
    private static func headers(of message: OpaquePointer) -> [BusHeader] {
        unsafe strings { unsafe natsMsgHeader_Keys(message, $0, $1) }.sorted().flatMap { name in
            unsafe strings { unsafe natsMsgHeader_Values(message, name, $0, $1) }
                .map { BusHeader(name: name, value: $0) }
        }
    }

    /// Copies a list that C allocates and we free.
    private static func strings(
        _ list: (
            UnsafeMutablePointer<UnsafeMutablePointer<UnsafePointer<CChar>?>?>,
            UnsafeMutablePointer<CInt>
        )
            -> natsStatus
    ) -> [String] {
        var texts: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        var count: CInt = 0
        guard unsafe list(&texts, &count) == NATS_OK, let texts = unsafe texts else { return [] }
        defer { unsafe free(texts) }
        return (0..<Int(count)).compactMap { index in
            unsafe texts[index].map { unsafe String(cString: $0) }
        }
    }
}
