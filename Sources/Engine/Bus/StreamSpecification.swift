/// How one stream must be configured, wherever it lives.
public struct StreamSpecification: Hashable, Sendable {
    public enum Retention: String, Sendable {
        /// Until a limit of age, bytes or count; then the oldest goes.
        case limits
        /// Until its one consumer has acknowledged it.
        case workqueue
    }

    public enum Storage: String, Sendable { case file, memory }

    public let name: String
    public let subjects: [String]
    public let retention: Retention
    public let storage: Storage
    public let ageMaximumSeconds: Int64
    /// -1: as much as the server has.
    public let bytesMaximum: Int64
    /// For how long a message id is remembered.
    public let duplicateWindowSeconds: Int64

    public init(
        name: String, subjects: [String], retention: Retention = .limits,
        storage: Storage = .file, ageMaximumSeconds: Int64, bytesMaximum: Int64 = -1,
        duplicateWindowSeconds: Int64 = 120
    ) {
        self.name = name
        self.subjects = subjects
        self.retention = retention
        self.storage = storage
        self.ageMaximumSeconds = ageMaximumSeconds
        self.bytesMaximum = bytesMaximum
        self.duplicateWindowSeconds = duplicateWindowSeconds
    }

    private static let day: Int64 = 86_400
    private static let gibibyte: Int64 = 1_073_741_824

    /// The streams of a desk. Source: domain-contract, section 3.1.
    public static let all = [
        StreamSpecification(
            name: "TITAN_CMD", subjects: ["titan.cmd.>"], retention: .workqueue,
            ageMaximumSeconds: 7 * day, duplicateWindowSeconds: 60),
        StreamSpecification(
            name: "TITAN_EVT", subjects: ["titan.evt.>"], ageMaximumSeconds: 30 * day,
            bytesMaximum: 10 * gibibyte),
        StreamSpecification(
            name: "TITAN_DATA", subjects: ["titan.data.>"], storage: .memory,
            ageMaximumSeconds: 900),
        StreamSpecification(
            name: "TITAN_SIGNAL", subjects: ["titan.signal.>"], ageMaximumSeconds: day,
            bytesMaximum: 5 * gibibyte),
        StreamSpecification(
            name: "TITAN_DLQ", subjects: ["titan.dlq.>"], ageMaximumSeconds: 30 * day,
            bytesMaximum: gibibyte),
    ]

    /// Whether the subject belongs to one of the desk's streams.
    public static func isStreamed(_ subject: String) -> Bool {
        ["titan.cmd.", "titan.evt.", "titan.data.", "titan.signal.", "titan.dlq."]
            .contains { subject.utf8.starts(with: $0.utf8) }
    }
}
