import Testing

@testable import Wire

@Suite struct `A server-sent event` {
    private func written(_ data: String, event: String = "e", id: String = "1.2") -> String {
        let data = Array(data.utf8)
        var bytes = ServerSentEvent.body(event: event, data: data.span)
        ServerSentEvent.end(id: id, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Any of the three line ends would end the field. Source: the HTML standard, section 9.2.5.
    @Test(arguments: [
        ("x", "data: x\n"), ("", "data: \n"), ("a\nb", "data: a\ndata: b\n"),
        ("a\rb", "data: a\ndata: b\n"), ("a\r\nb", "data: a\ndata: b\n"),
        ("a\n\rb", "data: a\ndata: \ndata: b\n"), ("a\r\r\nb", "data: a\ndata: \ndata: b\n"),
        ("\r", "data: \ndata: \n"), (" :id: 7", "data:  :id: 7\n"), ("grüße", "data: grüße\n"),
    ])
    func `says each line of its data`(data: String, lines: String) {
        #expect(written(data) == "event: e\n" + lines + "id: 1.2\n\n")
    }

    @Test func `has company that reaches no program`() {
        #expect(ServerSentEvent.heartbeat == Array(":\n\n".utf8))
        #expect(ServerSentEvent.retry(milliseconds: 2_000) == Array("retry: 2000\n\n".utf8))
    }
}
