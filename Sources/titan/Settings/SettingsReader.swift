import Configuration
import Platform

/// The effective value of every setting, and where each came from.
///
/// Flags stand over the environment, the environment over the file, the file over the defaults.
struct SettingsReader {
    /// One setting as it is in effect.
    struct Entry {
        let setting: Setting
        let value: String
        let source: String
    }

    private(set) var entries: [Entry] = []

    /// - Parameter flags: what the command line said, by key.
    init(
        flags: [String: String], environment: [String: String], file: String?
    ) throws(SettingError) {
        let fileName = file ?? environment["TITAN_CONFIG"]
        let fileValues = try fileName.map { path throws(SettingError) in
            try SettingsFile.read(path)
        }
        for (key, value) in fileValues ?? [] {
            try Self.expectKnown(key, value, source: "file \(fileName ?? "")")
        }
        try Self.expectKnown(environment)
        let named = Set(Setting.all.map(\.environmentName))
        let sources = ["flag", "environment", "file \(fileName ?? "")", "default"]
        let used = Used()
        let reader = ConfigReader(
            providers: [
                Self.memory(flags.map { ($0.key, $0.value) }),
                EnvironmentVariablesProvider(
                    environmentVariables: environment.filter { named.contains($0.key) }),
                Self.memory(fileValues ?? []),
                Self.memory(Setting.all.map { ($0.key, $0.standard) }),
            ], accessReporter: used
        ).scoped(to: "titan")
        for setting in Setting.all {
            let value = reader.string(forKey: ConfigKey([setting.key]), default: setting.standard)
            entries.append(Entry(setting: setting, value: value, source: sources[used.index]))
        }
    }

    subscript(key: String) -> Entry {
        guard let entry = entries.first(where: { $0.setting.key == key }) else {
            preconditionFailure("Invariant: every setting that is asked for is in the list")
        }
        return entry
    }

    private static func expectKnown(_ environment: [String: String]) throws(SettingError) {
        let known = Setting.all.map(\.environmentName) + ["TITAN_CONFIG"]
        let names = known.joined(separator: ", ")
        for name in environment.keys.sorted()
        where name.hasPrefix("TITAN_") && !known.contains(name) {
            throw SettingError(
                key: name, value: environment[name] ?? "", expected: "one of \(names)",
                source: "environment")
        }
    }

    private static func expectKnown(
        _ key: String, _ value: String, source: String
    ) throws(SettingError) {
        guard !Setting.all.contains(where: { $0.key == key }) else { return }
        let names = Setting.all.map(\.key).joined(separator: ", ")
        throw SettingError(key: key, value: value, expected: "one of \(names)", source: source)
    }

    private static func memory(_ values: [(String, String)]) -> InMemoryProvider {
        let pairs = values.map { key, value in
            (AbsoluteConfigKey(["titan", key]), ConfigValue(.string(value), isSecret: false))
        }
        return InMemoryProvider(values: Dictionary(pairs) { $1 })
    }
}

/// Which provider the latest value came from, by its place in the list.
private final class Used: AccessReporter {
    private let place = Guarded(0)

    var index: Int { place.withLock { $0 } }

    func report(_ event: AccessEvent) {
        let found = event.providerResults.firstIndex { result in
            if case .success(let lookup) = result.result { lookup.value != nil } else { false }
        }
        place.withLock { $0 = found ?? 3 }
    }
}
