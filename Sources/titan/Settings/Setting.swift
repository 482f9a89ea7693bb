/// One thing that can be configured: what it is called and what may be said.
///
/// On the command line `--data-dir`, in the environment `TITAN_DATA_DIR`, in a file `"data-dir"`.
struct Setting: Sendable {
    let key: String
    /// What holds when nobody says otherwise.
    let standard: String
    /// What a value must be, in words that complete "expected …".
    let expected: String
    /// Whether the value must not be shown.
    var isSecret = false

    var environmentName: String {
        "TITAN_" + key.split(separator: "-").joined(separator: "_").uppercased()
    }

    /// Every setting there is, in the order in which they are shown.
    static let all: [Setting] = [
        Setting(key: "host", standard: "127.0.0.1", expected: "an IPv4 address"),
        Setting(key: "port", standard: "8080", expected: "a whole number 0 to 65535"),
        Setting(
            key: "loops", standard: "0", expected: "a whole number 0 to 64; 0 asks the machine"),
        Setting(
            key: "tls-certificate", standard: "",
            expected: "a PEM file, or nothing for plain HTTP; with it goes tls-key"),
        Setting(
            key: "tls-key", standard: "",
            expected: "a PEM file, or nothing for plain HTTP; with it goes tls-certificate"),
        Setting(
            key: "tls-client-ca", standard: "",
            expected: "a PEM file, or nothing; with it go tls-certificate and tls-key"),
        Setting(
            key: "trusted-proxies", standard: "",
            expected: "blocks of addresses with commas between them, such as 10.0.0.0/8,unix"),
        Setting(
            key: "unix-socket", standard: "", expected: "a path of at most 100 bytes, or nothing"),
        Setting(key: "data-dir", standard: "var/titan", expected: "a directory"),
        Setting(key: "web-root", standard: "web-static/dist", expected: "a directory"),
        Setting(key: "mode", standard: "paper", expected: "paper, live-limited or live-full"),
        Setting(key: "policy", standard: "", expected: "a JSON file, or nothing for the defaults"),
        Setting(key: "cash", standard: "100000", expected: "a positive decimal"),
        Setting(key: "nats", standard: "", expected: "nats://HOST:PORT, or nothing"),
        Setting(
            key: "execution", standard: "paper",
            expected: "paper, or external when another service executes over NATS"),
        Setting(
            key: "market", standard: "synthetic", expected: "synthetic, replay:FILE or external"),
        Setting(key: "phases", standard: "simulated", expected: "simulated or external"),
        Setting(key: "seed", standard: "1", expected: "a whole number from 0"),
        Setting(key: "speed", standard: "1", expected: "a whole number 1 to 1000, or max"),
        Setting(
            key: "venue-faults", standard: "",
            expected: "a list such as lose-fill=5%,delay-fill=10%:3s,foreign-order=1/60s,for=2m"),
        Setting(key: "log-format", standard: "text", expected: "text or json"),
        Setting(key: "log-level", standard: "info", expected: "debug, info, warning or error"),
        Setting(
            key: "vault-key", standard: "", expected: "64 hexadecimal digits, or nothing",
            isSecret: true),
        Setting(key: "hmac-key-id", standard: "default", expected: "1 to 64 letters or digits"),
        Setting(
            key: "hmac-secret", standard: "", expected: "at least 16 bytes, or nothing",
            isSecret: true),
    ]
}

/// A value that stops the start: which one, what it is, and what was expected.
struct SettingError: Error, Hashable, CustomStringConvertible {
    let key: String
    let value: String
    let expected: String
    let source: String

    var description: String { "\(source): \(key) is \"\(value)\"; expected \(expected)" }
}
