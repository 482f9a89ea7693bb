import Glibc
import Loop
import Platform
import Testing

/// Two sockets that are connected with each other.
struct SocketPair: ~Copyable {
    let one: Socket
    var other: Socket?

    init() throws {
        var numbers: (CInt, CInt) = (-1, -1)
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        try system("socketpair") {
            unsafe withUnsafeMutablePointer(to: &numbers) {
                unsafe $0.withMemoryRebound(to: CInt.self, capacity: 2) {
                    unsafe socketpair(AF_UNIX, kind, 0, $0)
                }
            }
        }
        one = Socket(Descriptor(adopting: numbers.0))
        other = Socket(Descriptor(adopting: numbers.1))
    }

    /// The other end speaks.
    func say(_ bytes: [UInt8]) { _ = other!.send(bytes) }
    func end() { other!.endSending() }
    mutating func close() { other = nil }
}

@Suite struct `A socket` {
    @Test func `tells bytes, silence and the end apart`() throws {
        let pair = try SocketPair()
        var buffer = [UInt8](repeating: 0, count: 16)
        var seen = [pair.one.receive(into: &buffer)]
        pair.say(Array("hello".utf8))
        seen.append(pair.one.receive(into: &buffer))
        pair.end()
        seen.append(pair.one.receive(into: &buffer))
        #expect(seen == [.nothing, .bytes(5), .end])
        #expect(String(decoding: buffer[..<5], as: UTF8.self) == "hello")
        let sent = pair.one.send(Array("after".utf8), from: 1)
        #expect(sent == .bytes(4))
    }

    @Test func `says how much of a write the kernel took, and when the peer is gone`() throws {
        var pair = try SocketPair()
        let big = [UInt8](repeating: 7, count: 4 << 20)
        guard case .bytes(let taken) = pair.one.send(big) else {
            Issue.record("the first write failed")
            return
        }
        #expect(taken > 0 && taken < big.count)
        let full = pair.one.send(big, from: taken)
        #expect(full == .bytes(0))
        pair.close()
        let gone = pair.one.send(big, from: taken)
        #expect(gone == .failed(EPIPE))
    }
}

@Suite struct `A poller` {
    @Test func `reports a connection once for each change`() throws {
        let pair = try SocketPair()
        var poller = try Poller(eventsMaximum: 4)
        var ready: [Readiness] = []
        let token = Token(slot: 5, generation: 9)
        try poller.watch(connection: pair.one.number, as: token)

        try poller.wait(milliseconds: 0, into: &ready)
        #expect(ready.map(\.writable) == [true])
        #expect(ready.map(\.readable) == [false])
        try poller.wait(milliseconds: 0, into: &ready)
        #expect(ready.isEmpty)

        pair.say([1])
        try poller.wait(milliseconds: -1, into: &ready)
        #expect(ready.map(\.token) == [token])
        #expect(ready.map(\.readable) == [true])
        try poller.wait(milliseconds: 0, into: &ready)
        #expect(ready.isEmpty)

        pair.end()
        try poller.wait(milliseconds: -1, into: &ready)
        #expect(ready.map(\.readable) == [true])
    }

    @Test func `wakes for a bell until it is cleared`() throws {
        var poller = try Poller(eventsMaximum: 4)
        let bell = try Bell()
        var ready: [Readiness] = []
        try poller.watch(reading: bell.number, as: .bell)
        try poller.wait(milliseconds: 0, into: &ready)
        #expect(ready.isEmpty)
        bell.ring()
        for _ in 0..<2 {
            try poller.wait(milliseconds: -1, into: &ready)
            #expect(ready.map(\.token) == [.bell])
        }
        bell.clear()
        try poller.wait(milliseconds: 0, into: &ready)
        #expect(ready.isEmpty)
    }
}
