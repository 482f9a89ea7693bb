import Domain
import Foundation
import Testing

@testable import Engine

@Suite struct `A file of bars` {
    static let header = "timestamp,open,high,low,close,volume\n"
    static let good =
        header + "2021-12-31 23:01:00.000000,46319.0,46385.0,46319.0,46377.0,2300413.7295\n"
        + "2021-12-31T23:02:00Z,46377,46411,46377,46411,0"

    private func read(_ text: String) throws -> [Bar] {
        try BarFile.read(Array(text.utf8), named: "bars.csv")
    }

    @Test func `is read, with or without its last line's end`() throws {
        let bars = try read(Self.good)
        #expect(bars.count == 2)
        #expect(bars[0].time.text == "2021-12-31T23:01:00.000000Z")
        #expect(bars[0].high == 46_385 * Decimal8.one)
        #expect(bars[0].volume == 230_041_372_950_000)
        #expect(bars[1].time.since(bars[0].time) == 60_000_000)
        #expect(try read(Self.good + "\n") == bars)
        #expect(try read(Self.good.replacing("\n", with: "\r\n")) == bars)
    }

    @Test func `may have the noise of binary floats, which is cut off`() throws {
        let row = "2022-01-01 00:00:00,1.000000001,1.5,1,1.2,218102.59507500002\n"
        let bar = try #require(try read(Self.header + row).first)
        #expect(bar.open == Decimal8.one)
        #expect(bar.volume == 21_810_259_507_500)
    }

    /// What is wrong on which line, in which column, and what a person should be told.
    static let rubbish: [(String, Int, Int, String)] = [
        ("2022-01-01 00:00:00,1,1,1,1", 2, 0, "6 columns, found 5"),
        ("2022-01-01 00:00:00,1,1,1,1,1,1", 2, 0, "6 columns, found 7"),
        ("", 2, 0, "6 columns, found 1"),
        ("2022-01-01 00:00:00,NaN,1,1,1,1", 2, 2, "a positive price, found \"NaN\""),
        ("2022-01-01 00:00:00,1,inf,1,1,1", 2, 3, "a positive price"),
        ("2022-01-01 00:00:00,1,1,-1,1,1", 2, 4, "a positive price, found \"-1\""),
        ("2022-01-01 00:00:00,1,1,1,0,1", 2, 5, "a positive price"),
        ("2022-01-01 00:00:00,1,1,1,,1", 2, 5, "a positive price, found \"\""),
        ("2022-01-01 00:00:00,1,1,1,99999999999,1", 2, 5, "a positive price"),
        ("2022-01-01 00:00:00,1,1,1,0.000000001,1", 2, 5, "a positive price"),
        ("2022-01-01 00:00:00,1,1,1,1.000000001x,1", 2, 5, "a positive price"),
        ("2022-01-01 00:00:00,1,1,1,1,-1", 2, 6, "a volume of 0 or more"),
        ("2022-01-01 00:00:00,1,1,1,1,many", 2, 6, "a volume of 0 or more"),
        ("2022-01-01 00:00:00,2,1,2,2,1", 2, 4, "at most the high"),
        ("2022-01-01 00:00:00,3,2,1,1,1", 2, 2, "a price from low to high"),
        ("2022-01-01 00:00:00,2,2,1,3,1", 2, 5, "a price from low to high"),
        ("yesterday,1,1,1,1,1", 2, 1, "a time such as"),
        ("2022-02-30 00:00:00,1,1,1,1,1", 2, 1, "a time such as"),
        ("2022-13-01 00:00:00,1,1,1,1,1", 2, 1, "a time such as"),
        ("2022-01-01 24:00:00,1,1,1,1,1", 2, 1, "a time such as"),
        ("2022-01-01 00:00:00.,1,1,1,1,1", 2, 1, "a time such as"),
        ("2022-01-01 00:00:00.1234567,1,1,1,1,1", 2, 1, "a time such as"),
        ("1969-12-31 00:00:00,1,1,1,1,1", 2, 1, "a time such as"),
        ("2022-01-01 00:01:00,1,1,1,1,1\n2022-01-01 00:00:00,1,1,1,1,1", 3, 1, "a time after"),
        ("2022-01-01 00:01:00,1,1,1,1,1\n2022-01-01 00:01:00,1,1,1,1,1", 3, 1, "a time after"),
        (String(repeating: "9", count: 5_000), 2, 0, "a line of at most 1024 bytes"),
    ]

    @Test(arguments: rubbish)
    func `is refused by line, column and expectation`(
        row: String, line: Int, column: Int, expected: String
    ) throws {
        let error = #expect(throws: BarFileError.self) { try read(Self.header + row + "\n") }
        guard case .row("bars.csv", line, column, let text) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains(expected), "\(text)")
        #expect(error!.description.hasPrefix("bars.csv, line \(line)"))
    }

    @Test(arguments: [
        ("", "the file is empty"), (header, "a header and no bars"),
        ("time,price\n1,2\n", "expected the header timestamp,open"),
        ("\u{FF}", "expected the header"),
    ])
    func `is refused as a whole`(text: String, expected: String) throws {
        let error = #expect(throws: BarFileError.self) { try read(text) }
        #expect(error!.description.contains(expected), "\(error!)")
    }

    @Test func `is refused when it is not text`() throws {
        let bytes = Array(Self.header.utf8) + [0xFF, 0xFE, 0x0A]
        let error = #expect(throws: BarFileError.self) { try BarFile.read(bytes, named: "b") }
        #expect(error == .row(file: "b", line: 2, column: 0, expected: "UTF-8 text"))
    }

    @Test func `is refused when it is missing or a directory`() throws {
        let missing = #expect(throws: BarFileError.self) { try BarFile.read("/no/such.csv") }
        #expect(missing!.description.hasPrefix("/no/such.csv: "))
        #expect(throws: BarFileError.self) { try BarFile.read("/tmp") }
    }

    @Test func `shows nothing in an error that could upset a terminal`() throws {
        let row = "2022-01-01 00:00:00,\u{1B}[2J,1,1,1,1\n"
        let error = #expect(throws: BarFileError.self) { try read(Self.header + row) }
        #expect(!error!.description.utf8.contains(0x1B))
    }

    /// `good` as gzip writes it.
    private func packed(_ text: String = good) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/gzip")
        process.arguments = ["-n"]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        let data = try output.fileHandleForReading.readToEnd()
        process.waitUntilExit()
        return Array(try #require(data))
    }

    @Test func `may be gzip, in one member or several`() throws {
        let bytes = try packed()
        #expect(try BarFile.read(bytes, named: "b") == read(Self.good))
        let cut = Self.good.index(Self.good.startIndex, offsetBy: 70)
        let two = try packed(String(Self.good[..<cut])) + packed(String(Self.good[cut...]))
        #expect(try BarFile.read(two, named: "b") == read(Self.good))
    }

    @Test func `is refused wherever a gzip file is cut or damaged`() throws {
        let bytes = try packed()
        for cut in 0..<bytes.count {
            #expect(throws: BarFileError.self, "cut at \(cut)") {
                try BarFile.read(Array(bytes[..<cut]), named: "b")
            }
        }
        let cut = #expect(throws: BarFileError.self) {
            try BarFile.read(Array(bytes.dropLast(4)), named: "b")
        }
        #expect(cut!.description.contains("ends in the middle"))
        var damaged = bytes
        damaged[bytes.count - 6] ^= 1
        let error = #expect(throws: BarFileError.self) { try BarFile.read(damaged, named: "b") }
        #expect(error!.description.contains("damaged"))
        #expect(throws: BarFileError.self) { try BarFile.read(bytes + [0], named: "b") }
    }

    @Test func `survives every cut of a plain one without a crash`() throws {
        let bytes = Array(Self.good.utf8)
        for cut in 0..<bytes.count { _ = try? BarFile.read(Array(bytes[..<cut]), named: "b") }
    }
}
