import Glibc
import Platform

/// A client that speaks in raw bytes over TCP, and gives up after five seconds of silence.
final class Client {
    struct Silence: Error {}

    struct Answer {
        let status: Int
        let fields: [String: String]
        let body: String
    }

    private let descriptor: Descriptor
    private var received: [UInt8] = []

    /// - Parameter receiveBytes: The kernel's buffer for what comes; small for a slow reader.
    init(port: UInt16, receiveBytes: CInt? = nil) throws {
        let number = try system("socket") { socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0) }
        descriptor = Descriptor(adopting: number)
        if var size = receiveBytes {
            _ = unsafe setsockopt(number, SOL_SOCKET, SO_RCVBUF, &size, 4)
        }
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        _ = unsafe setsockopt(
            number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try system("connect") {
            unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            done += try system("send") {
                unsafe bytes.withUnsafeBytes {
                    unsafe Glibc.send(
                        descriptor.number, $0.baseAddress! + done, $0.count - done,
                        CInt(MSG_NOSIGNAL))
                }
            }
        }
    }

    func endSending() { _ = shutdown(descriptor.number, CInt(SHUT_WR)) }

    /// Sends a request and reads its answer.
    func ask(_ method: String, _ path: String, _ fields: [String] = [], body: String = "")
        throws -> Answer
    {
        try send(Self.request(method, path, fields, body: body))
        return try answer(isHead: method == "HEAD")
    }

    static func request(
        _ method: String, _ path: String, _ fields: [String] = [], body: String = ""
    ) -> String {
        var lines = ["\(method) \(path) HTTP/1.1", "host: desk.test"] + fields
        if !body.isEmpty { lines.append("content-length: \(body.utf8.count)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    func answer(isHead: Bool = false) throws -> Answer {
        while !received.contains(headEnd: ()) { try more() }
        let end = received.headEnd!
        let head = String(decoding: received[..<end], as: UTF8.self)
        received.removeFirst(end + 4)
        let lines = head.split(separator: "\r\n")
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let colon = line.firstIndex(of: ":")!
            fields[String(line[..<colon])] = String(line[colon...].dropFirst(2))
        }
        let status = Int(lines[0].split(separator: " ")[1])!
        let length = isHead ? 0 : Int(fields["content-length"] ?? "0")!
        return Answer(
            status: status, fields: fields,
            body: String(decoding: try take(length), as: UTF8.self))
    }

    func take(_ count: Int) throws -> [UInt8] {
        while received.count < count { try more() }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    /// Whether the server closes without another byte.
    func isAtEnd() throws -> Bool {
        if !received.isEmpty { return false }
        return try read() == 0
    }

    private func more() throws {
        if try read() == 0 { throw Silence() }
    }

    private func read() throws -> Int {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let number = descriptor.number
        let count = try system("recv") {
            unsafe buffer.withUnsafeMutableBytes {
                unsafe recv(number, $0.baseAddress, $0.count, 0)
            }
        }
        received += buffer[..<count]
        return count
    }
}

extension [UInt8] {
    fileprivate var headEnd: Int? {
        guard count >= 4 else { return nil }
        return (0...count - 4).first { Array(self[$0..<$0 + 4]) == [13, 10, 13, 10] }
    }

    fileprivate func contains(headEnd: Void) -> Bool { self.headEnd != nil }
}
