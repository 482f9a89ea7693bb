import ArgumentParser

/// The command line.
@main struct Titan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "titan",
        abstract: "Decides whether a trading desk may take risk, and stops it when it may not.",
        subcommands: [
            ServeCommand.self, SimulateCommand.self, ReplayCommand.self, JournalCommand.self,
            WhyCommand.self, ConfigCommand.self, UserCommand.self, CertCommand.self,
            VersionCommand.self, ConformanceCommand.self,
        ])
}
