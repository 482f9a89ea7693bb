import Testing

@testable import Wire

@Suite struct `A request` {
    @Test(
        arguments: [
            ("/", []), ("/?", []), ("/?a", ["a="]), ("/?a=1&b=2&&a=3=4", ["a=1", "b=2", "a=3=4"]),
            ("/?a%20b=c+d%2B", ["a b=c d+"]), ("/?%C3%A9=%e2%82%ac", ["é=€"]), ("/?a=%", nil),
            ("/?a=%4", nil), ("/?a=%zz", nil), ("/?a=%ff", nil), ("/?%=1", nil),
        ] as [(String, [String]?)])
    func `decodes its query or says that it cannot`(target: String, items: [String]?) {
        #expect(Request(.get, target).queryItems()?.map { "\($0.name)=\($0.value)" } == items)
    }

    @Test func `tells its parts`() {
        let request = Request(.post, "/a/b?c=d", fields: ["Host": "h:1", "X": "y"], body: [1])
        #expect(request.pathText == "/a/b" && request.queryText == "c=d")
        #expect(request.hasPath("/a/b") && !request.hasPath("/a") && !request.hasPath("/a/c"))
        #expect(request.authority == "h:1" && request.stream == 0 && !request.isHTTP2)
        #expect(request.fields["x"] == "y" && request.fields["z"] == nil)
    }
}

@Suite struct `A header block` {
    let block: HeaderBlock = ["A": "1", "b": "x, Close ,y", "a": "2", "cookie": "c", "C": ""]

    @Test func `finds fields without regard to case`() {
        #expect(block["a"] == "1" && block.count(of: "a") == 2 && block["c"] == "")
        #expect(block.map(\.nameText) == ["a", "b", "a", "cookie", "c"])
        #expect(block.lists("close", in: "b") && block.lists("y", in: "b"))
        #expect(!block.lists("clos", in: "b") && !block.lists("close", in: "a"))
    }

    @Test func `joins the pieces of one field`() {
        var block: HeaderBlock = ["cookie": "a=1", "x": "y", "Cookie": "b=2", "z": "w"]
        block.join("cookie", separator: "; ")
        #expect(
            block.map { "\($0.nameText):\($0.valueText)" } == ["cookie:a=1; b=2", "x:y", "z:w"])
    }

    @Test func `forgets everything at once`() {
        var block = block
        block.removeAll()
        #expect(block.isEmpty && block["a"] == nil && block.byteCount == 0)
    }
}

@Suite struct `A protocol sniffer` {
    private func verdict(_ text: String, cut: Int) -> (ProtocolSniffer.Verdict, String) {
        let bytes = Array(text.utf8)
        var sniffer = ProtocolSniffer()
        let first = sniffer.receive(bytes.span.extracting(first: cut))
        if first != .undecided { return (first, "") }
        return (
            sniffer.receive(bytes.span.extracting(droppingFirst: cut)),
            String(decoding: sniffer.earlier, as: UTF8.self)
        )
    }

    @Test(
        arguments: [
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nmore", .http2), ("GET / HTTP/1.1\r\n", .http1),
            ("POST / HTTP/1.1\r\n", .http1), ("PRI * HTTP/2.0\r\n\r\nSM\r\n\rx", .http1),
            ("PRI * HTTP/2.0\r\n\r\n", .undecided),
        ] as [(String, ProtocolSniffer.Verdict)])
    func `decides at any cut and forgets nothing`(text: String, expected: ProtocolSniffer.Verdict) {
        for cut in 0...text.utf8.count {
            let (verdict, earlier) = verdict(text, cut: cut)
            #expect(verdict == expected, "cut at \(cut)")
            #expect(text.utf8.starts(with: earlier.utf8))
        }
    }
}
