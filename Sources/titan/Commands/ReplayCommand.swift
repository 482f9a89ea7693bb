import ArgumentParser
import Crypto
import Domain
import Engine

/// Replays a journal and proves that this program would have decided the same.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replays the journal: every record must follow from the inputs before it.")

    @OptionGroup var options: SettingsOptions
    @Option(help: "Stop after this record: the state's digest is the one at that sequence.")
    var at: UInt64 = .max

    func run() throws {
        let replayed = try ReplayedJournal(
            directory: Settings(options.reader()).dataDirectory, at: at)
        replayed.print()
        if replayed.divergence != nil { throw ExitCode.failure }
    }
}

/// A journal read from its first record to its last, with the state that came of it.
struct ReplayedJournal {
    let summary: JournalReader.Summary
    let state: State
    /// The first record that replay found otherwise.
    let divergence: String?

    init(directory: String, at last: UInt64 = .max) throws(JournalError) {
        var replay = Replay(core: Core())
        summary = try JournalReader.read(directory) { sequence, bytes in
            if sequence <= last { replay.take(sequence: sequence, bytes: bytes) }
        }
        (state, divergence) = (replay.core.state, replay.divergence)
    }

    func print() {
        let lines = [
            "records       \(summary.records)",
            "blocks        \(summary.blocks)",
            "tail bytes    \(summary.tailBytes)",
            "root          \(summary.root.hex)",
            "sequence      \(state.sequence)",
            "state digest  \(state.digest.hex)",
            "breaker       \(state.breaker.state.name)",
            "verdict       \(divergence.map { "DIFFERS: \($0)" } ?? "every record follows")",
        ]
        for line in lines { Swift.print(line) }
    }
}
