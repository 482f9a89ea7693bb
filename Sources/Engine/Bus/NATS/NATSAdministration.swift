import CNATS
import Glibc
import Platform

/// Makes streams and durable consumers as specified, or says in what an existing one differs.
///
/// Every call waits for the server, at most `connectMilliseconds`.
@safe struct NATSAdministration: ~Copyable {
    private let context: OpaquePointer

    @unsafe init(on connection: OpaquePointer) throws(BusError) {
        var options = unsafe jsOptions()
        unsafe jsOptions_Init(&options)
        unsafe options.Wait = Limits.Bus.connectMilliseconds
        var context: OpaquePointer?
        let status = unsafe natsConnection_JetStream(&context, connection, &options)
        guard status == NATS_OK, let context = unsafe context else {
            throw .server(doing: "use JetStream", reason: natsReason(status))
        }
        unsafe self.context = context
    }

    deinit { unsafe jsCtx_Destroy(context) }

    func ensure(_ wanted: StreamSpecification) throws(BusError) {
        var info: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode(0)
        let status = unsafe js_GetStreamInfo(&info, context, wanted.name, nil, &code)
        defer { unsafe jsStreamInfo_Destroy(info) }
        if status == NATS_NOT_FOUND { return try create(wanted) }
        guard status == NATS_OK, let config = unsafe info?.pointee.Config else {
            throw failure("look for the stream \(wanted.name)", status, code)
        }
        try wanted.compare(unsafe StreamFields(config.pointee))
    }

    func ensure(_ wanted: ConsumerSpecification) throws(BusError) {
        var info: UnsafeMutablePointer<jsConsumerInfo>?
        var code = jsErrCode(0)
        let status = unsafe js_GetConsumerInfo(
            &info, context, wanted.stream, wanted.durable, nil, &code)
        defer { unsafe jsConsumerInfo_Destroy(info) }
        if status == NATS_NOT_FOUND { return try create(wanted) }
        if code == JSStreamNotFoundErr { throw .streamMissing(wanted.stream) }
        guard status == NATS_OK, let config = unsafe info?.pointee.Config else {
            throw failure("look for the consumer \(wanted.durable)", status, code)
        }
        try wanted.compare(unsafe ConsumerFields(config.pointee))
    }

    private func create(_ wanted: StreamSpecification) throws(BusError) {
        var config = unsafe jsStreamConfig()
        unsafe jsStreamConfig_Init(&config)
        let names = CStrings([wanted.name] + wanted.subjects)
        unsafe config.Name = names[0]
        var subjects = unsafe wanted.subjects.indices.map { unsafe names[$0 + 1] }
        unsafe config.SubjectsLen = CInt(subjects.count)
        unsafe config.Retention =
            wanted.retention == .workqueue ? js_WorkQueuePolicy : js_LimitsPolicy
        unsafe config.Storage = wanted.storage == .memory ? js_MemoryStorage : js_FileStorage
        unsafe config.MaxAge = wanted.ageMaximumSeconds * 1_000_000_000
        unsafe config.MaxBytes = wanted.bytesMaximum
        unsafe config.Duplicates = wanted.duplicateWindowSeconds * 1_000_000_000
        unsafe config.Discard = js_DiscardOld
        var code = jsErrCode(0)
        let status = unsafe subjects.withUnsafeMutableBufferPointer { list in
            unsafe config.Subjects = list.baseAddress
            return unsafe js_AddStream(nil, context, &config, nil, &code)
        }
        if status != NATS_OK { throw failure("make the stream \(wanted.name)", status, code) }
    }

    private func create(_ wanted: ConsumerSpecification) throws(BusError) {
        var config = unsafe jsConsumerConfig()
        unsafe jsConsumerConfig_Init(&config)
        let names = CStrings([wanted.durable, wanted.filter])
        unsafe config.Durable = names[0]
        unsafe config.FilterSubject = names[1]
        unsafe config.DeliverPolicy = js_DeliverAll
        unsafe config.AckPolicy = js_AckExplicit
        unsafe config.AckWait = wanted.acknowledgeWaitMicroseconds * 1_000
        unsafe config.MaxDeliver = Int64(wanted.deliveriesMaximum)
        unsafe config.MaxAckPending = Int64(wanted.pendingMaximum)
        var code = jsErrCode(0)
        let status = unsafe js_AddConsumer(nil, context, wanted.stream, &config, nil, &code)
        switch (status, code) {
        case (NATS_OK, _): return
        case (_, JSStreamNotFoundErr): throw .streamMissing(wanted.stream)
        case (_, JSConsumerWQConsumerNotUniqueErr), (_, JSConsumerWQMultipleUnfilteredErr):
            throw .consumerOverlaps(durable: wanted.durable, stream: wanted.stream)
        default: throw failure("make the consumer \(wanted.durable)", status, code)
        }
    }

    private func failure(_ doing: String, _ status: natsStatus, _ code: jsErrCode) -> BusError {
        let number = code.rawValue == 0 ? "" : " (JetStream error \(code.rawValue))"
        return .server(doing: doing, reason: natsReason(status) + number)
    }
}

/// Copies of texts for C, freed with this value.
@safe private struct CStrings: ~Copyable {
    private let pointers: [UnsafeMutablePointer<CChar>]

    init(_ texts: [String]) {
        unsafe pointers = texts.map { text in
            guard let copy = unsafe strdup(text) else { preconditionFailure("Invariant: memory") }
            return unsafe copy
        }
    }

    deinit {
        for index in unsafe pointers.indices { unsafe free(pointers[index]) }
    }

    @unsafe subscript(index: Int) -> UnsafePointer<CChar>? {
        unsafe UnsafePointer(pointers[index])
    }
}
