import Domain
import Glibc
import Logging
import Platform

/// Writes each message of the log as one line on standard error: for people, or as JSON.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    let isJSON: Bool

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let pairs = all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let time = Timestamp(microseconds: Machine.wallMicroseconds).text
        let line = isJSON ? json(event, time, pairs) : text(event, time, pairs)
        unsafe line.withUnsafeBytes { _ = unsafe write(2, $0.baseAddress, $0.count) }
    }

    private func text(_ event: LogEvent, _ time: String, _ pairs: [(String, String)]) -> [UInt8] {
        let rest = pairs.map { " \($0)=\($1)" }.joined()
        return Array("\(time) \(event.level) \(event.message)\(rest)\n".utf8)
    }

    private func json(_ event: LogEvent, _ time: String, _ pairs: [(String, String)]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("level")
        json.string(event.level.rawValue)
        json.key("message")
        json.string("\(event.message)")
        json.key("metadata")
        json.beginObject()
        for (key, value) in pairs {
            json.key(key)
            json.string(value)
        }
        json.endObject()
        json.key("time")
        json.string(time)
        json.endObject()
        return json.bytes + [UInt8(ascii: "\n")]
    }
}

extension Logger {
    /// The program's log as the settings want it.
    init(_ settings: Settings) {
        let level = Level(rawValue: settings.logLevel) ?? .info
        self.init(label: "titan") { _ in
            LineLogHandler(logLevel: level, isJSON: settings.logsJSON)
        }
    }
}
