import Glibc
import Loop
import Platform
import Testing

@Suite struct `A listener` {
    private let anywhere = SocketAddress(host: "127.0.0.1", port: 0)

    @Test func `takes a port of its own, which others of the same server share`() throws {
        let first = try Listener(#require(anywhere), first: true, backlog: 8)
        let address = first.address
        #expect(address.port > 0)
        let second = try Listener(address, first: false, backlog: 8)
        let shared = second.address
        #expect(shared == address)
    }

    @Test func `says that a port is in use, even where ports are shared`() throws {
        let other = try Listener(#require(anywhere), first: true, backlog: 8)
        let address = other.address
        #expect(throws: ListenError.portInUse(address)) {
            _ = try Listener(address, first: true, backlog: 8)
        }
        #expect(
            ListenError.portInUse(address).description
                == "127.0.0.1:\(address.port) is in use by another program")
    }

    @Test func `refuses an address that is none, or not of this machine`() throws {
        #expect(SocketAddress(host: "localhost:80", port: 1) == nil)
        #expect(SocketAddress(host: "::1", port: 1)?.description == "[::1]:1")
        let foreign = try #require(SocketAddress(host: "192.0.2.1", port: 0))
        #expect(throws: ListenError.noSuchAddress(foreign)) {
            _ = try Listener(foreign, first: true, backlog: 8)
        }
    }

    @Test func `accepts what waits, and then nothing`() throws {
        let listener = try Listener(#require(anywhere), first: true, backlog: 8)
        if case .connection = listener.accept() { Issue.record("nobody has called yet") }
        let client = try connect(to: listener.address.port)
        guard case .connection(let socket) = listener.accept() else {
            Issue.record("a caller waits")
            return
        }
        let sent = Socket(client).send([1, 2])
        #expect(sent == .bytes(2))
        let number = socket.number
        #expect(number > 0)
        if case .connection = listener.accept() { Issue.record("only one has called") }
    }

    @Test func `turns a caller away when it must`() throws {
        let listener = try Listener(#require(anywhere), first: true, backlog: 8)
        let spare = SpareDescriptor()
        let client = Socket(try connect(to: listener.address.port))
        let turned = spare.turnAway(from: listener)
        #expect(turned == .turnedAway)
        var buffer = [UInt8](repeating: 0, count: 1)
        let heard = client.receive(into: &buffer)
        #expect(heard == .end)
        let again = spare.turnAway(from: listener)
        #expect(again == .nobodyWaits)
    }

    private func connect(to port: UInt16) throws -> Descriptor {
        let number = try system("socket") { socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0) }
        let client = Descriptor(adopting: number)
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
        return client
    }
}
