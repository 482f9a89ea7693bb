import Glibc
import Platform

/// How many frames of the live stream reach many readers, each on a connection of its own.
///
/// Wrong if it fell: consoles would see the desk late.
enum StreamBenchmark {
    /// - Parameters:
    ///   - port: Of a running desk on this machine.
    ///   - token: Of somebody who may look.
    static func run(port: UInt16, token: String, readers: Int, seconds: Int64) throws {
        var descriptors: [pollfd] = []
        for _ in 0..<readers {
            let number = try connect(port)
            try send(number, upgrade(token))
            descriptors.append(pollfd(fd: number, events: Int16(POLLIN), revents: 0))
        }
        var frames = [FrameCounter](repeating: FrameCounter(), count: readers)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var subscribed = false
        let start = nanoseconds()
        while nanoseconds() - start < seconds * 1_000_000_000 {
            _ = unsafe poll(&descriptors, nfds_t(readers), 10)
            for index in descriptors.indices where descriptors[index].revents != 0 {
                let count = unsafe recv(descriptors[index].fd, &buffer, buffer.count, 0)
                guard count > 0 else { throw SystemError(call: "recv", code: errnoOfPeer) }
                frames[index].take(buffer[..<count])
            }
            if !subscribed, frames.allSatisfy(\.isOpen) {
                for descriptor in descriptors { try subscribe(descriptor.fd) }
                subscribed = true
            }
        }
        let elapsed = nanoseconds() - start
        let total = Int64(frames.reduce(0) { $0 + $1.frames })
        print("frames \(total * 1_000_000_000 / elapsed) per second to \(readers) readers")
        for descriptor in descriptors { close(descriptor.fd) }
    }

    /// A peer that closed has no error of its own.
    private static let errnoOfPeer = ECONNRESET

    private static func connect(_ port: UInt16) throws(SystemError) -> CInt {
        let number = try system("socket") { socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try system("connect") {
            unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        return number
    }

    private static func upgrade(_ token: String) -> [UInt8] {
        let lines = [
            "GET /ws/v1/stream HTTP/1.1", "Host: 127.0.0.1", "Connection: Upgrade",
            "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Authorization: Bearer \(token)", "", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// Masked with zeros: the mask of a benchmark hides nothing.
    private static func subscribe(_ number: CInt) throws(SystemError) {
        for topic in ["decisions", "positions", "budgets", "orders"] {
            let text = Array(#"{"op":"subscribe","topic":"\#(topic)"}"#.utf8)
            try send(number, [0x81, 0x80 | UInt8(text.count), 0, 0, 0, 0] + text)
        }
    }

    private static func send(_ number: CInt, _ bytes: [UInt8]) throws(SystemError) {
        try system("send") {
            unsafe Glibc.send(number, bytes, bytes.count, CInt(MSG_NOSIGNAL))
        }
    }
}

/// Counts a server's frames in a stream of bytes, after the head of the upgrade's answer.
private struct FrameCounter {
    private(set) var frames = 0
    private(set) var isOpen = false
    private var rest: [UInt8] = []

    mutating func take(_ bytes: ArraySlice<UInt8>) {
        rest += bytes
        if !isOpen {
            guard let end = headEnd else { return }
            rest.removeFirst(end)
            isOpen = true
        }
        var at = 0
        while let length = frameLength(at), at + length <= rest.count {
            frames += 1
            at += length
        }
        rest.removeFirst(at)
    }

    private var headEnd: Int? {
        guard rest.count >= 4 else { return nil }
        return (0...rest.count - 4).first { rest[$0..<$0 + 4].elementsEqual([13, 10, 13, 10]) }
            .map { $0 + 4 }
    }

    /// Source: RFC 6455, section 5.2; the server does not mask.
    private func frameLength(_ at: Int) -> Int? {
        guard at + 2 <= rest.count else { return nil }
        let short = Int(rest[at + 1])
        if short < 126 { return 2 + short }
        let width = short == 126 ? 2 : 8
        guard at + 2 + width <= rest.count else { return nil }
        return 2 + width + rest[at + 2..<at + 2 + width].reduce(0) { $0 << 8 | Int($1) }
    }
}
