import APIServer
import Crypto
import Domain
import Engine

/// The configuration as typed values; a value that is none of what was expected stops the start.
struct Settings: Sendable {
    enum Market: Hashable, Sendable {
        case synthetic
        case replay(file: String)
        /// Somebody else publishes the tickers.
        case external
    }

    enum Speed: Hashable, Sendable {
        /// How many times faster than the world.
        case times(Int64)
        /// Virtual time: the next event when the last is journalled.
        case max
    }

    let host: String
    let port: UInt16
    let loops: Int
    /// `nil`: the port speaks plain HTTP.
    let tls: TLSIdentity.Paths?
    /// Who may speak for others.
    let proxies: [ProxyTrust]
    let unixSocket: String?
    let dataDirectory: String
    let webRoot: String
    let mode: Mode
    let policyFile: String
    let cash: Int64
    let nats: String
    let hasPaperVenue: Bool
    let market: Market
    let hasSimulatedPhases: Bool
    let seed: UInt64
    let speed: Speed
    let venueFaults: String
    let logsJSON: Bool
    let logLevel: String
    let vaultKey: String
    let hmacKeyID: String
    let hmacSecret: String

    init(_ reader: SettingsReader) throws(SettingError) {
        host = try reader.parse("host") { Self.isAddress($0) ? $0 : nil }
        port = try reader.parse("port") { UInt16($0) }
        loops = try reader.parse("loops") { Int($0).flatMap { (0...64).contains($0) ? $0 : nil } }
        tls = try Self.tls(reader)
        proxies = try reader.parse("trusted-proxies") { text in
            let parts = text.split(separator: ",").map { ProxyTrust(String($0)) }
            return parts.contains(nil) ? nil : parts.compactMap { $0 }
        }
        unixSocket = try reader.parse("unix-socket") { text in
            text.utf8.count > 100 ? nil : .some(text.isEmpty ? nil : text)
        }
        dataDirectory = try reader.parse("data-dir") { $0.isEmpty ? nil : $0 }
        webRoot = try reader.parse("web-root") { $0.isEmpty ? nil : $0 }
        mode = try reader.parse("mode") { text in Mode.allCases.first { "\($0.name)" == text } }
        policyFile = reader["policy"].value
        cash = try reader.parse("cash") { Decimal8.parse($0).flatMap { $0 > 0 ? $0 : nil } }
        nats = try reader.parse("nats") { $0.isEmpty || $0.hasPrefix("nats://") ? $0 : nil }
        hasPaperVenue = try reader.choice("execution", "paper", "external")
        market = try reader.parse("market", Self.market)
        hasSimulatedPhases = try reader.choice("phases", "simulated", "external")
        seed = try reader.parse("seed") { UInt64($0) }
        speed = try reader.parse("speed", Self.speed)
        venueFaults = reader["venue-faults"].value
        logsJSON = try reader.choice("log-format", "json", "text")
        logLevel = try reader.parse("log-level") { text in
            ["debug", "info", "warning", "error"].first { $0 == text }
        }
        vaultKey = try reader.parse("vault-key") { text in
            text.isEmpty || (text.utf8.count == 64 && Hex.bytes(text) != nil) ? text : nil
        }
        hmacKeyID = try reader.parse("hmac-key-id") { text in
            (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(\.isNameByte) ? text : nil
        }
        hmacSecret = try reader.parse("hmac-secret") { text in
            text.isEmpty || text.utf8.count >= 16 ? text : nil
        }
    }

    /// The vault's key, if the configuration has it.
    var vaultKeyGiven: String? { vaultKey.isEmpty ? nil : vaultKey }

    /// What signs commands, if the configuration has it.
    var signingKey: SigningKey? {
        hmacSecret.isEmpty ? nil : SigningKey(id: hmacKeyID, secret: Array(hmacSecret.utf8))
    }

    /// Certificate and key come together, and a client authority never without them.
    private static func tls(
        _ reader: SettingsReader
    ) throws(SettingError) -> TLSIdentity.Paths? {
        let (certificate, key) = (reader["tls-certificate"].value, reader["tls-key"].value)
        let authority = reader["tls-client-ca"].value
        let isAny = !certificate.isEmpty || !key.isEmpty || !authority.isEmpty
        guard isAny else { return nil }
        for name in ["tls-certificate", "tls-key"] {
            _ = try reader.parse(name) { $0.isEmpty ? nil : $0 }
        }
        return TLSIdentity.Paths(
            certificate: certificate, key: key,
            clientAuthority: authority.isEmpty ? nil : authority)
    }

    private static func market(_ text: String) -> Market? {
        if text == "synthetic" { return .synthetic }
        if text == "external" { return .external }
        let prefix = "replay:"
        guard text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count else { return nil }
        return .replay(file: String(text.dropFirst(prefix.count)))
    }

    private static func speed(_ text: String) -> Speed? {
        if text == "max" { return .max }
        return Int64(text).flatMap { (1...1000).contains($0) ? .times($0) : nil }
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension SettingsReader {
    /// The value of a setting, or the error that says what it should have been.
    func parse<Value>(_ key: String, _ read: (String) -> Value?) throws(SettingError) -> Value {
        let entry = self[key]
        if let value = read(entry.value) { return value }
        let shown = entry.setting.isSecret ? "(secret)" : entry.value
        throw SettingError(
            key: key, value: shown, expected: entry.setting.expected, source: entry.source)
    }

    /// One of two words: whether it is the first.
    func choice(_ key: String, _ first: String, _ second: String) throws(SettingError) -> Bool {
        try parse(key) { $0 == first ? true : $0 == second ? false : nil }
    }
}

extension UInt8 {
    /// Letters, digits, dash and underscore.
    fileprivate var isNameByte: Bool {
        (0x61...0x7A).contains(self) || (0x41...0x5A).contains(self)
            || (0x30...0x39).contains(self) || self == 0x2D || self == 0x5F
    }
}
