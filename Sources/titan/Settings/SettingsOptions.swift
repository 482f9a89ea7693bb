import ArgumentParser
import Glibc

/// What the command line may say of the settings. Secrets are not among it: others can read a
/// process's arguments.
struct SettingsOptions: ParsableArguments {
    @Option(help: "A JSON file with settings (TITAN_CONFIG).")
    var config: String?
    @Option(help: "Address to listen on.")
    var host: String?
    @Option(help: "Port to listen on; 0 picks a free one.")
    var port: String?
    @Option(help: "Event loops; 0 asks the machine.")
    var loops: String?
    @Option(help: "PEM file of the certificate chain: the port speaks TLS.")
    var tlsCertificate: String?
    @Option(help: "PEM file of its private key.")
    var tlsKey: String?
    @Option(help: "PEM file of those who sign services' certificates; /metrics needs one then.")
    var tlsClientCA: String?
    @Option(help: "Proxies that may speak for clients, such as 10.0.0.0/8,unix.")
    var trustedProxies: String?
    @Option(help: "A Unix socket to listen on besides the port.")
    var unixSocket: String?
    @Option(help: "Where the journal, the vault and the venue's file are.")
    var dataDir: String?
    @Option(help: "Where the console's built files are.")
    var webRoot: String?
    @Option(help: "paper, live-limited or live-full.")
    var mode: String?
    @Option(help: "A policy file over the defaults.")
    var policy: String?
    @Option(help: "Cash of a desk without a past, in dollars.")
    var cash: String?
    @Option(help: "nats://HOST:PORT: use this broker in place of the embedded bus.")
    var nats: String?
    @Option(help: "paper, or external when another service executes over NATS.")
    var execution: String?
    @Option(help: "synthetic or replay:FILE (CSV of one-minute bars, gzip too).")
    var market: String?
    @Option(help: "simulated or external.")
    var phases: String?
    @Option(help: "Seed of the market, the phases and the venue.")
    var seed: String?
    @Option(help: "How many times faster than the world, or max for virtual time.")
    var speed: String?
    @Option(help: "Seeded faults of the paper venue, such as lose-fill=5%,foreign-order=1/60s.")
    var venueFaults: String?
    @Option(help: "text or json.")
    var logFormat: String?
    @Option(help: "debug, info, warning or error.")
    var logLevel: String?

    private var flags: [String: String] {
        let all: [(String, String?)] = [
            ("host", host), ("port", port), ("loops", loops), ("data-dir", dataDir),
            ("tls-certificate", tlsCertificate), ("tls-key", tlsKey),
            ("tls-client-ca", tlsClientCA), ("trusted-proxies", trustedProxies),
            ("unix-socket", unixSocket),
            ("web-root", webRoot), ("mode", mode), ("policy", policy), ("cash", cash),
            ("nats", nats), ("execution", execution), ("market", market), ("phases", phases),
            ("seed", seed), ("speed", speed), ("venue-faults", venueFaults),
            ("log-format", logFormat), ("log-level", logLevel),
        ]
        return Dictionary(
            uniqueKeysWithValues: all.compactMap { key, value in
                value.map { (key, $0) }
            })
    }

    /// The effective settings with their sources.
    func reader() throws(SettingError) -> SettingsReader {
        try SettingsReader(flags: flags, environment: Environment.all, file: config)
    }
}

/// The process's environment, read once at the start.
enum Environment {
    static var all: [String: String] {
        var values: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let pair = unsafe String(cString: text).split(separator: "=", maxSplits: 1)
            if let name = pair.first { values[String(name)] = String(pair.dropFirst().first ?? "") }
            unsafe entry += 1
        }
        return values
    }
}
