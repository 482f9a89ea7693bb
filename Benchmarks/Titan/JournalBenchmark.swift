import Engine
import Glibc
import Platform

/// Durable records per second beside what the disk gives to a bare `fdatasync`.
///
/// Wrong if it fell: commands are answered only after their block, so this bounds the desk.
enum JournalBenchmark {
    static func run(directory: String, group: Int, blocks: Int) throws {
        let record = [UInt8](repeating: 7, count: 320)
        let batch = [[UInt8]](repeating: record, count: group)
        let path = directory + "/journal-\(group)"
        try Files.makeDirectory(path)
        let journal = try JournalFile(
            directory: path, lock: try JournalFile.lock(path)
        ) { _, _ in }
        let raw = try Raw(directory + "/raw-\(group)", blockBytes: group * 328 + 72)
        var (ours, bare) = (Samples(capacity: blocks), Samples(capacity: blocks))
        // Alternating, so that a disturbance of the machine meets both.
        for _ in 0..<blocks {
            var start = nanoseconds()
            _ = try journal.append(batch)
            ours.add(nanoseconds() - start)
            start = nanoseconds()
            try raw.append()
            bare.add(nanoseconds() - start)
        }
        let rates = [ours, bare].map { 1_000_000_000 * Int64(group) / $0.quantile(perMille: 500) }
        let ratio = Double(rates[0]) / Double(rates[1])
        print(
            "journal, groups of \(group)".padded(30)
                + "\(rates[0]) records/s, \(ours.summary); raw \(rates[1])/s; "
                + "ratio \((ratio * 100).rounded() / 100)")
    }
}

/// The same number of bytes into a preallocated file, one sync each.
private final class Raw {
    private let file: Descriptor
    private let block: [UInt8]
    private var end = 0

    init(_ path: String, blockBytes: Int) throws {
        file = try Files.open(path, flags: O_RDWR | O_CREAT)
        try Files.allocate(file, count: 64 * 1024 * 1024)
        let number = file.number
        try system("fsync") { fsync(number) }
        block = [UInt8](repeating: 7, count: blockBytes)
    }

    func append() throws {
        let (number, at) = (file.number, end)
        try system("pwrite") {
            unsafe block.withUnsafeBytes {
                unsafe pwrite(number, $0.baseAddress, $0.count, off_t(at))
            }
        }
        try system("fdatasync") { fdatasync(number) }
        end = (end + block.count) % (48 * 1024 * 1024)
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - utf8.count))
    }
}
