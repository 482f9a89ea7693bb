import ArgumentParser
import Crypto
import Domain
import Engine

/// Shows, exports and checks the journal. Works beside a running desk.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Reads the journal.",
        subcommands: [Cat.self, Export.self, Verify.self])

    struct Cat: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cat", abstract: "Prints records as canonical JSON, one a line.")

        @OptionGroup var options: SettingsOptions
        @Option(help: "First sequence.") var from: UInt64 = 1
        @Option(help: "Last sequence.") var to: UInt64 = .max

        func run() throws {
            let output = OutputBuffer()
            let directory = try Settings(options.reader()).dataDirectory
            _ = try JournalReader.read(directory) { sequence, bytes in
                guard sequence >= from, sequence <= to else { return }
                output.line(Self.json(sequence, bytes))
            }
            output.flush()
        }

        private static func json(_ sequence: UInt64, _ bytes: [UInt8]) -> [UInt8] {
            if let record = Record(bytes: bytes) { return record.json(sequence: sequence) }
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("bytes")
            writer.string(Hex.text(bytes))
            writer.key("kind")
            writer.string("unreadable" as StaticString)
            writer.key("sequence")
            writer.integer(sequence)
            writer.endObject()
            return writer.bytes
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Prints every record's bytes with the hashes that prove them, one a line.")

        @OptionGroup var options: SettingsOptions

        func run() throws {
            let output = OutputBuffer()
            let directory = try Settings(options.reader()).dataDirectory
            let summary = try JournalReader.read(directory) { sequence, bytes in
                output.line(Self.entry(sequence, bytes))
            }
            output.line(Self.head(summary))
            output.flush()
        }

        private static func entry(_ sequence: UInt64, _ bytes: [UInt8]) -> [UInt8] {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("leaf")
            writer.string(JournalReader.leaf(sequence, bytes).hex)
            writer.key("record")
            writer.string(Hex.text(bytes))
            writer.key("sequence")
            writer.integer(sequence)
            writer.endObject()
            return writer.bytes
        }

        private static func head(_ summary: JournalReader.Summary) -> [UInt8] {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("root")
            writer.string(summary.root.hex)
            writer.key("size")
            writer.integer(summary.records)
            writer.endObject()
            return writer.bytes
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Checks every block, record and hash, and that replay gives the same records."
        )

        @OptionGroup var options: SettingsOptions

        func run() throws {
            let replayed = try ReplayedJournal(directory: Settings(options.reader()).dataDirectory)
            replayed.print()
            if replayed.divergence != nil { throw ExitCode.failure }
        }
    }
}
