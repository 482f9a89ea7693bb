import Platform

/// Times what happens inside the process, and reads the live stream for `Benchmarks/bench.py`.
@main struct Main {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "stream", arguments.count == 4, let port = UInt16(arguments[1]),
            let readers = Int(arguments[3])
        {
            let token = arguments[2]
            return try StreamBenchmark.run(port: port, token: token, readers: readers, seconds: 5)
        }
        GateBenchmark.run(count: 1_000_000)
        StepBenchmark.run(count: 200_000)
        let directory = arguments.first ?? "var/bench"
        try Files.makeDirectory(directory)
        for (group, blocks) in [(1, 2_000), (8, 2_000), (64, 2_000), (512, 300)] {
            try JournalBenchmark.run(directory: directory, group: group, blocks: blocks)
        }
    }
}
