import CNATS

/// A stream as the server describes it.
struct StreamFields {
    let subjects: [String]
    let retention: String
    let storage: String
    let ageMaximumSeconds: Int64
    let bytesMaximum: Int64
    let duplicateWindowSeconds: Int64
    let discard: String

    @unsafe init(_ config: jsStreamConfig) {
        unsafe subjects = (0..<Int(config.SubjectsLen))
            .compactMap { unsafe config.Subjects[$0].map { unsafe String(cString: $0) } }.sorted()
        unsafe retention =
            config.Retention == js_WorkQueuePolicy
            ? "workqueue" : config.Retention == js_LimitsPolicy ? "limits" : "interest"
        unsafe storage = config.Storage == js_MemoryStorage ? "memory" : "file"
        unsafe ageMaximumSeconds = config.MaxAge / 1_000_000_000
        unsafe bytesMaximum = config.MaxBytes
        unsafe duplicateWindowSeconds = config.Duplicates / 1_000_000_000
        unsafe discard = config.Discard == js_DiscardOld ? "old" : "new"
    }
}

/// A durable consumer as the server describes it.
struct ConsumerFields {
    let filter: String
    let acknowledgement: String
    let waitMicroseconds: Int64
    let deliveriesMaximum: Int64
    let pendingMaximum: Int64
    let isPull: Bool

    @unsafe init(_ config: jsConsumerConfig) {
        unsafe filter = config.FilterSubject.map { unsafe String(cString: $0) } ?? ""
        unsafe acknowledgement =
            config.AckPolicy == js_AckExplicit
            ? "explicit" : config.AckPolicy == js_AckAll ? "all" : "none"
        unsafe waitMicroseconds = config.AckWait / 1_000
        unsafe deliveriesMaximum = config.MaxDeliver
        unsafe pendingMaximum = config.MaxAckPending
        unsafe isPull = config.DeliverSubject == nil
    }
}

extension StreamSpecification {
    /// Throws the first field in which the server's stream is not the specified one.
    func compare(_ have: StreamFields) throws(BusError) {
        let fields: [(String, String, String)] = [
            (
                "subjects", have.subjects.joined(separator: ","),
                subjects.sorted().joined(separator: ",")
            ),
            ("retention", have.retention, retention.rawValue),
            ("storage", have.storage, storage.rawValue),
            ("max_age", "\(have.ageMaximumSeconds) s", "\(ageMaximumSeconds) s"),
            ("max_bytes", "\(have.bytesMaximum)", "\(bytesMaximum)"),
            ("duplicate_window", "\(have.duplicateWindowSeconds) s", "\(duplicateWindowSeconds) s"),
            ("discard", have.discard, "old"),
        ]
        for (field, have, want) in fields where have != want {
            throw .streamDiffers(stream: name, field: field, have: have, want: want)
        }
    }
}

extension ConsumerSpecification {
    /// Throws the first field in which the server's consumer is not the specified one.
    func compare(_ have: ConsumerFields) throws(BusError) {
        let fields: [(String, String, String)] = [
            ("filter_subject", have.filter, filter),
            ("ack_policy", have.acknowledgement, "explicit"),
            ("ack_wait", "\(have.waitMicroseconds) µs", "\(acknowledgeWaitMicroseconds) µs"),
            ("max_deliver", "\(have.deliveriesMaximum)", "\(deliveriesMaximum)"),
            ("max_ack_pending", "\(have.pendingMaximum)", "\(pendingMaximum)"),
            ("kind", have.isPull ? "pull" : "push", "pull"),
        ]
        for (field, have, want) in fields where have != want {
            throw .consumerDiffers(durable: durable, field: field, have: have, want: want)
        }
    }
}
