import Domain
import Foundation
import Glibc
import Platform

/// What came back for one request.
struct Reply {
    let status: Int
    /// Names in lower case.
    let fields: [(name: String, value: String)]
    let body: [UInt8]

    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; `null` when it is none.
    var json: JSON {
        do { return try JSON.parse(body) } catch { return .null }
    }

    var code: String? { json["code"]?.text }
}

/// A client that knows no more of HTTP than one request a connection.
struct PlainClient {
    let port: UInt16
    var token: String?

    /// `nil` when the server cannot be reached or does not speak HTTP.
    func send(
        _ method: String, _ target: String, body: String? = nil,
        fields: [(String, String)] = []
    ) -> Reply? {
        var head =
            "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        if let body {
            if !fields.contains(where: { $0.0.lowercased() == "content-type" }) {
                head += "Content-Type: application/json\r\n"
            }
            head += "Content-Length: \(body.utf8.count)\r\n"
        }
        return exchange(Array((head + "\r\n" + (body ?? "")).utf8)).flatMap(Self.reply)
    }

    func get(_ target: String, _ fields: [(String, String)] = []) -> Reply? {
        send("GET", target, fields: fields)
    }

    func post(_ target: String, _ body: String, _ fields: [(String, String)] = []) -> Reply? {
        send("POST", target, body: body, fields: fields)
    }

    private func exchange(_ request: [UInt8]) -> [UInt8]? {
        let number = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard number >= 0 else { return nil }
        let socket = Descriptor(adopting: number)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        _ = unsafe setsockopt(
            number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe connect(
                number, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                socklen_t(bytes.count))
        }
        guard connected == 0,
            unsafe request.withUnsafeBytes({ unsafe write(number, $0.baseAddress, $0.count) })
                == request.count
        else { return nil }
        var (answer, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe read(socket.number, $0.baseAddress, $0.count)
            }
            if count <= 0 { return answer.isEmpty ? nil : answer }
            answer += buffer[..<count]
        }
    }

    private static func reply(_ bytes: [UInt8]) -> Reply? {
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: [13, 10, 13, 10]) })
        else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self)
            .components(separatedBy: "\r\n")
        guard let status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") else {
            return nil
        }
        let fields = lines.dropFirst().map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces))
        }
        return Reply(status: status, fields: fields, body: Array(bytes[(end + 4)...]))
    }
}
