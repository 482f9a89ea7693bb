import ArgumentParser
import Domain
import Engine
import Platform

/// Runs a desk in virtual time and reports.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Runs the whole desk in virtual time: the same seed gives the same records.")

    @OptionGroup var options: SettingsOptions
    @Option(help: "How many inputs the engine takes in; a replayed market ends by itself.")
    var steps: UInt64?
    @Option(help: "A directory for the records; without it only their hash is kept.")
    var journal: String?

    func run() throws {
        let settings = try Settings(options.reader())
        if steps == nil, settings.market == .synthetic {
            throw ValidationError("a synthetic market never ends: say how many --steps")
        }
        let desk = try SimulatedDesk(settings, sink: try sink()) { print("note: \($0)") }
        print(try desk.run(steps: steps ?? .max).text)
    }

    private func sink() throws -> any RecordSink {
        guard let journal else { return HashSink() }
        try Files.makeDirectory(journal)
        return try JournalFile(directory: journal, lock: try JournalFile.lock(journal)) { _, _ in }
    }
}
