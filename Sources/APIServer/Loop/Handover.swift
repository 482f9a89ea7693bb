import CLinux
import Glibc
public import Platform

/// How a running process gives its listening sockets to its successor, so that no connection is
/// refused between the two: what arrives meanwhile waits in the sockets.
///
/// Source: unix(7), SCM_RIGHTS.
public enum Handover {
    /// What a successor says first: merely to connect must not end a desk.
    private static let word = Array("take over\n".utf8)

    /// Asks the process that listens on `path`. Empty when it gives none.
    public static func take(_ path: String) throws(SystemError) -> [ListeningDescriptor] {
        let connection = try UnixListener.connect(path)
        let number = connection.number
        guard case .bytes = Socket.send(word, to: number) else { return [] }
        var numbers = [CInt](repeating: -1, count: 64)
        let count = try system("recvmsg") {
            Int(unsafe CLinux_receive_descriptors(number, &numbers, 64))
        }
        return numbers.prefix(count).map { ListeningDescriptor(adopting: $0) }
    }

    /// Gives these sockets to whoever has connected and asks for them within a second. Returns
    /// whether it has them.
    static func give(_ numbers: [CInt], to socket: borrowing Socket) -> Bool {
        var polled = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
        var asked = [UInt8](repeating: 0, count: word.count)
        guard unsafe poll(&polled, 1, 1_000) == 1, case .bytes = socket.receive(into: &asked),
            asked == word
        else { return false }
        return unsafe CLinux_send_descriptors(socket.number, numbers, CInt(numbers.count)) > 0
    }
}

/// Waits for a successor, on a thread of its own.
public final class HandoverHost: Sendable {
    private let thread: Thread
    private let bell: Bell
    private let isDone = Guarded(false)

    /// - Parameters:
    ///   - path: Where a successor asks; only this user may.
    ///   - numbers: The sockets to give, as long as they are open.
    ///   - given: Hears, once, that a successor has them: time to end.
    public init(
        _ path: String, numbers: [CInt], given: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        let listener = try UnixListener(path, mode: 0o600, backlog: 1)
        let bell = try Bell()
        self.bell = bell
        thread = try Thread(name: "handover") { [isDone] in
            while !isDone.withLock({ $0 }) {
                var polls = [
                    pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: bell.number, events: Int16(POLLIN), revents: 0),
                ]
                _ = unsafe poll(&polls, 2, -1)
                guard let socket = listener.accept() else { continue }
                if Handover.give(numbers, to: socket) { return given() }
            }
        }
    }

    public func close() {
        isDone.withLock { $0 = true }
        bell.ring()
        thread.join()
    }
}
