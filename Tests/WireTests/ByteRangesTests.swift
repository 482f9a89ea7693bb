import Testing
import Wire

@Suite struct `A range of bytes` {
    private func read(_ text: String, of count: Int = 10) -> ByteRanges {
        ByteRanges(Array(text.utf8)[...], of: count, rangesMaximum: 3)
    }

    @Test(
        arguments: [
            ("bytes=0-0", [0..<1]), ("bytes=0-9", [0..<10]), ("bytes=2-4", [2..<5]),
            ("bytes=4-", [4..<10]), ("bytes=-3", [7..<10]), ("bytes=-10", [0..<10]),
            ("bytes=-11", [0..<10]), ("bytes=8-20", [8..<10]), ("BYTES=1-1", [1..<2]),
            ("bytes=9-99999999999999999999999", [9..<10]),
            ("bytes=-99999999999999999999999", [0..<10]),
            ("bytes=000000000000000000000001-", [1..<10]),
            ("bytes=0-1,4-5", [0..<2, 4..<6]), ("bytes=4-5 ,\t0-1", [4..<6, 0..<2]),
            ("bytes=,0-1,,", [0..<2]), ("bytes=0-1,20-", [0..<2]), ("bytes=0-1,-0", [0..<2]),
            ("bytes=0-0,0-0,0-0", [0..<1, 0..<1, 0..<1]),
        ]) func `is found within what there is`(text: String, parts: [Range<Int>])
    {
        #expect(read(text) == .parts(parts))
    }

    @Test(arguments: [
        "bytes=10-", "bytes=10-12", "bytes=-0", "bytes=20-,-0", "bytes=99999999999999999999-",
    ])
    func `cannot be had behind the end`(text: String) {
        #expect(read(text) == .unsatisfiable)
    }

    @Test(
        arguments: [
            "", "bytes", "bytes=", "bytes=,", "bytes=-", "bytes=--1", "bytes=1", "bytes=5-4",
            "bytes=a-b", "bytes=0x1-", "bytes=+1-", "bytes=1-2-3", "bytes=1 -2", "bytes=0-1;2-3",
            "bytes =0-1", "lines=0-1", "=0-1", "bytes=0-1,x", "bytes=0-0,1-1,2-2,3-3",
            "bytes=0-9,0-0", "bytes=0-,0-", "bytes=99999999999999999999-5",
        ]) func `is passed over when it is no good`(text: String)
    {
        #expect(read(text) == .whole)
    }

    @Test func `of nothing is all of it, or nothing`() {
        #expect(read("bytes=0-", of: 0) == .unsatisfiable)
        #expect(read("bytes=-0", of: 0) == .unsatisfiable)
        #expect(read("bytes=-5", of: 0) == .whole)
    }

    @Test func `never leads outside, wherever the text is cut`() {
        let example = Array("bytes=0-1, 3-99999999999999999999,-4".utf8)
        for start in 0...example.count {
            for end in start...example.count {
                for count in [0, 1, 10] {
                    let ranges = ByteRanges(example[start..<end], of: count, rangesMaximum: 3)
                    guard case .parts(let parts) = ranges else { continue }
                    #expect(!parts.isEmpty && parts.count <= 3)
                    #expect(parts.reduce(0) { $0 + $1.count } <= count)
                    #expect(
                        parts.allSatisfy {
                            !$0.isEmpty && $0.lowerBound >= 0 && $0.upperBound <= count
                        })
                }
            }
        }
    }
}

@Suite struct `A weighted list` {
    @Test(
        arguments: [
            ("gzip", 1000), ("GZip", 1000), (" gzip\t; q=0.5", 500), ("gzip;q=0", 0),
            ("gzip;q=0.", 0), ("gzip;q=0.001", 1), ("gzip;q=1.000", 1000), ("gzip;Q=0.25", 250),
            ("br, gzip;q=0.1", 100), (",,gzip", 1000), ("gzip;level=1;q=0.3", 300),
            ("gzip;q=0,gzip", 0),
        ]) func `weighs its members`(text: String, weight: Int)
    {
        #expect(WeightedList("accept-encoding", in: ["accept-encoding": text])["gzip"] == weight)
    }

    @Test(
        arguments: [
            "", "x-gzip", "gzip;q=", "gzip;q=2", "gzip;q=1.001", "gzip;q=0.0001", "gzip;q=.5",
            "gzip;q=-1", "gzip;q=0.5x", "gzip;q=\"1\"", "gzip gzip", ";q=1",
        ]) func `passes over what it cannot weigh`(text: String)
    {
        #expect(WeightedList("accept-encoding", in: ["accept-encoding": text])["gzip"] == nil)
    }

    @Test func `may come in several fields`() {
        let fields: HeaderBlock = [
            "accept-encoding": "br;q=0.2", "x": "gzip", "Accept-Encoding": "*;q=0",
        ]
        let list = WeightedList("accept-encoding", in: fields)
        #expect(list["br"] == 200 && list["*"] == 0 && list["gzip"] == nil)
    }
}
