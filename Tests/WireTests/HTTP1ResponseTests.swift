import Testing

@testable import Wire

@Suite struct `A response in HTTP/1.1` {
    private func written(_ method: String, _ response: Response) -> String {
        var conversation = Conversation()
        conversation.send("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n", answer: response)
        return conversation.written
    }

    @Test(
        arguments: [
            (
                "GET", Response.json(200, Array("{}".utf8)),
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                    + "date: Sun, 06 Nov 1994 08:49:37 GMT\r\ncontent-length: 2\r\n\r\n{}"
            ),
            (
                "HEAD", .json(200, Array("{}".utf8)),
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                    + "date: Sun, 06 Nov 1994 08:49:37 GMT\r\ncontent-length: 2\r\n\r\n"
            ),
            (
                "GET", Response(status: 204, body: .bytes([1])),
                "HTTP/1.1 204 No Content\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"
            ),
            (
                "GET", Response(status: 299, fields: [ResponseField("x-y", "z")]),
                "HTTP/1.1 299 \r\nx-y: z\r\n"
                    + "date: Sun, 06 Nov 1994 08:49:37 GMT\r\ncontent-length: 0\r\n\r\n"
            ),
        ])
    func `is written whole`(method: String, response: Response, text: String) {
        #expect(written(method, response) == text)
    }

    @Test(arguments: [
        ResponseField("x", "a\r\nset-cookie: b"), ResponseField("x", "\0"),
        ResponseField(.text("X"), "upper case"), ResponseField(.text("a b"), "no token"),
        ResponseField(.text(""), "none"), ResponseField("content-length", "1"),
        ResponseField("transfer-encoding", "chunked"), ResponseField("date", "now"),
        ResponseField("connection", "close"), ResponseField(.text("connection"), "close"),
    ])
    func `is a bare 500 rather than two responses`(field: ResponseField) {
        let text = written("GET", Response(status: 200, fields: [field]))
        #expect(text.hasPrefix("HTTP/1.1 500 Internal Server Error\r\ndate: "))
        #expect(text.hasSuffix("\r\ncontent-length: 0\r\n\r\n"))
    }

    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_827_696, "Tue, 29 Feb 2000 12:34:56 GMT"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"), (-5, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] as [(Int64, String)])
    func `is dated as RFC 9110 wants it`(seconds: Int64, text: String) {
        #expect(HTTPDate(seconds: seconds).text == text)
    }
}
