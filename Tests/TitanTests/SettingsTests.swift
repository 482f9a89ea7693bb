import APIServer
import Testing

@testable import titan

@Suite struct `The configuration` {
    @Test func `puts flags over the environment, and both over the defaults`() throws {
        let reader = try SettingsReader(
            flags: ["port": "1"], environment: ["TITAN_PORT": "2", "TITAN_SEED": "3"], file: nil)
        #expect(reader["port"].value == "1")
        #expect(reader["port"].source == "flag")
        #expect(reader["seed"].value == "3")
        #expect(reader["seed"].source == "environment")
        #expect(reader["host"].source == "default")
        #expect(try Settings(reader).port == 1)
    }

    @Test(arguments: [
        (["tls-certificate": "a.pem"], "tls-key"), (["tls-key": "a.pem"], "tls-certificate"),
        (["tls-client-ca": "a.pem"], "tls-certificate"),
    ])
    func `takes the parts of TLS together only`(flags: [String: String], missing: String) throws {
        let reader = try SettingsReader(flags: flags, environment: [:], file: nil)
        #expect(#expect(throws: SettingError.self) { try Settings(reader) }?.key == missing)
    }

    @Test func `takes the parts of TLS from anywhere`() throws {
        let reader = try SettingsReader(
            flags: ["tls-key": "k.pem"],
            environment: ["TITAN_TLS_CERTIFICATE": "c.pem", "TITAN_TLS_CLIENT_CA": "a.pem"],
            file: nil)
        let paths = try #require(try Settings(reader).tls)
        #expect(paths.certificate == "c.pem" && paths.key == "k.pem")
        #expect(paths.clientAuthority == "a.pem")
        #expect(try Settings(SettingsReader(flags: [:], environment: [:], file: nil)).tls == nil)
    }

    @Test func `refuses what it does not know`() {
        #expect(throws: SettingError.self) {
            try SettingsReader(flags: [:], environment: ["TITAN_PROT": "1"], file: nil)
        }
    }

    @Test(arguments: [
        ("port", "65536"), ("port", "http"), ("speed", "0"), ("speed", "fast"),
        ("market", "replay:"),
        ("mode", "live"), ("cash", "-1"), ("host", "localhost.local"), ("nats", "localhost:4222"),
        ("log-level", "loud"), ("seed", "-1"), ("vault-key", "00"), ("hmac-secret", "short"),
    ])
    func `says which value is wrong, and what was expected`(key: String, value: String) throws {
        let name = try #require(Setting.all.first { $0.key == key }).environmentName
        let reader = try SettingsReader(flags: [:], environment: [name: value], file: nil)
        let error = #expect(throws: SettingError.self) { try Settings(reader) }
        #expect(error?.key == key)
        #expect(error?.description.contains("expected") == true)
    }
}
