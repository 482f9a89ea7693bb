import Platform

/// Times what happens inside the process. `Benchmarks/run.sh` times the rest.
@main struct Main {
    static func main() throws {
        GateBenchmark.run(count: 1_000_000)
        StepBenchmark.run(count: 200_000)
        let directory = CommandLine.arguments.dropFirst().first ?? "var/bench"
        try Files.makeDirectory(directory)
        for (group, blocks) in [(1, 2_000), (8, 2_000), (64, 2_000), (512, 300)] {
            try JournalBenchmark.run(directory: directory, group: group, blocks: blocks)
        }
    }
}
