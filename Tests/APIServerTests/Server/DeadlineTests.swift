import Glibc
import Loop
import Platform
import Testing
import Wire

@testable import APIServer

@Suite struct `A connection's deadline` {
    private let second: Int64 = 1_000_000

    private func connection() throws -> Connection {
        let number = try system("socket") { socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0) }
        return Connection(Socket(Descriptor(adopting: number)), now: 0)
    }

    private func feed(_ connection: Connection, _ text: String) -> [HTTPEvent] {
        var events: [HTTPEvent] = []
        let bytes = Array(text.utf8)
        connection.http1!.receive(bytes.span, into: &events)
        return events
    }

    @Test func `depends on what the peer owes`() throws {
        let connection = try connection()
        #expect(connection.deadline == 10 * second)
        connection.speech = .http1
        connection.http1 = HTTP1Connection(maxima: .server)
        #expect(connection.deadline == 75 * second)
        _ = feed(connection, "POST / HTTP/1.1\r\nhost: a\r\n")
        #expect(connection.deadline == 10 * second)
        _ = feed(connection, "content-length: 3\r\n\r\nx")
        #expect(connection.deadline == 40 * second)
        let events = feed(connection, "yz")
        #expect(events.count == 1)
        connection.waiting = 1
        #expect(connection.deadline == .max)
        connection.wrote = 5 * second
        connection.keep([1], now: 5 * second)
        #expect(connection.deadline == 20 * second)
    }

    @Test func `is not renewed for ever by a byte now and then`() throws {
        let connection = try connection()
        connection.wrote = 5 * second
        connection.keep([UInt8](repeating: 0, count: 131_072), now: 5 * second)
        connection.wrote = 6 * second
        connection.leftoverStart = 1
        #expect(connection.deadline == 21 * second)
        connection.wrote = 19 * second
        #expect(connection.deadline == 22 * second)
        connection.keep([UInt8](repeating: 0, count: 65_536), now: 19 * second)
        #expect(connection.deadline == 23 * second)
        connection.leftover = []
        connection.leftoverStart = 0
        connection.wrote = 50 * second
        connection.keep([1], now: 50 * second)
        #expect(connection.deadline == 65 * second)
    }

    @Test func `ends a request that does not come with a 408`() throws {
        let connection = try connection()
        connection.http1 = HTTP1Connection(maxima: .server)
        _ = feed(connection, "GET /slow")
        var (events, output) = ([HTTPEvent](), [UInt8]())
        connection.http1!.timeOut(into: &events)
        guard case .refused(let error, _) = events.first else {
            Issue.record("a request that is given up is refused")
            return
        }
        connection.http1!.respond(error.response, date: HTTPDate(seconds: 0), into: &output)
        #expect(String(decoding: output, as: UTF8.self).hasPrefix("HTTP/1.1 408 "))
        #expect(connection.http1!.isFinished)
    }
}
