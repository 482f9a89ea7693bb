import Domain
import Platform

/// The effective policy of a process: a file over the defaults.
enum PolicyFile {
    static func read(_ path: String) throws(StartError) -> Policy {
        if path.isEmpty { return Policy() }
        let bytes: [UInt8]
        do { bytes = try Files.read(path) } catch { throw StartError("policy \(path): \(error)") }
        let json: JSON
        do { json = try JSON.parse(bytes) } catch { throw StartError("policy \(path): \(error)") }
        do { return try Policy(json: json) } catch { throw StartError("policy \(path): \(error)") }
    }
}
