/// Why the engine did not do as asked.
public enum EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Too much waits for the writer.
    case busy
    /// The journal cannot be written: the desk is halted and only read from until a restart.
    case journalFailed(String)
    case stopping

    public var code: String {
        switch self {
        case .busy: "engine_busy"
        case .journalFailed: "journal_failed"
        case .stopping: "stopping"
        }
    }

    public var description: String {
        switch self {
        case .busy: "too many inputs wait for the writer"
        case .journalFailed(let why): "the journal cannot be written: \(why)"
        case .stopping: "the engine is stopping"
        }
    }
}
