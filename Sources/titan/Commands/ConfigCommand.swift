import ArgumentParser

/// Prints every setting as it is in effect, and who said so.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Shows the effective configuration and where each value came from.")

    @OptionGroup var options: SettingsOptions

    func run() throws {
        let reader = try options.reader()
        _ = try Settings(reader)
        let width = Setting.all.map(\.key.utf8.count).max() ?? 0
        for entry in reader.entries {
            let gap = String(repeating: " ", count: width - entry.setting.key.utf8.count + 2)
            print("\(entry.setting.key)\(gap)\(shown(entry))  (\(entry.source))")
        }
    }

    private func shown(_ entry: SettingsReader.Entry) -> String {
        if entry.value.isEmpty { return "-" }
        return entry.setting.isSecret ? "********" : entry.value
    }
}
