import Domain
import Testing

@Suite struct `A JSON text` {
    @Test(
        arguments: [
            (#"{"b":1,"a":[1.50,true,null,"é\n"]}"#, #"{"a":[1.50,true,null,"é\n"],"b":1}"#),
            (#" [ ] "#, "[]"), (#"{"size":NaN}"#, #"{"size":NaN}"#),
            (#""\ud83d\ude00\u0007""#, "\"😀\\u0007\""),
        ])
    func `is read and written in canonical order`(text: String, canonical: String) throws {
        var writer = JSONWriter()
        writer.value(try JSON.parse(Array(text.utf8)))
        #expect(writer.text == canonical)
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,\"a\":2}", "01", "1.", "\"\u{1}\"", "nul", "{} {}",
        "\"\\ud800\"",
        "[" + String(repeating: "[", count: 40), "+1", "{\"a\" 1}", "1e", "\"\\x\"",
    ])
    func `refuses what is not JSON`(text: String) {
        #expect(throws: JSONError.self) { try JSON.parse(Array(text.utf8)) }
    }

    @Test func `never crashes on any cut of a text`() {
        let text = Array(#"{"a":[1.5e-3,"x\u00e9\ud83d\ude00",{"b":null}],"c":-0.25}"#.utf8)
        for cut in 0..<text.count {
            #expect(throws: JSONError.self) { try JSON.parse(Array(text[..<cut])) }
        }
    }
}

@Suite struct `A decimal` {
    @Test(
        arguments: [
            ("0", 0), ("1", 100_000_000), ("-12.5", -1_250_000_000), ("0.00000001", 1),
            ("1e-8", 1), ("1.5E2", 15_000_000_000), ("92233720368.54775807", Int64.max),
        ] as [(String, Int64)])
    func `is read and written without loss`(text: String, units: Int64) {
        #expect(Decimal8.parse(text) == units)
        #expect(Decimal8.parse(Decimal8.text(units)) == units)
    }

    @Test(arguments: [
        "", "-", ".5", "1.", "1e", "0.000000001", "92233720368.54775808", "1e40", "x",
    ])
    func `says when it is none or does not fit`(text: String) {
        #expect(Decimal8.parse(text) == nil)
    }
}

@Suite struct `A timestamp` {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1_709_164_800_000_001, "2024-02-29T00:00:00.000001Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (1_641_000_000_000_000, "2022-01-01T01:20:00.000000Z"),
        ] as [(Int64, String)])
    func `reads as RFC 3339`(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).text == text)
    }
}
