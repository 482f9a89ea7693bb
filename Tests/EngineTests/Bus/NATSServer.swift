import Engine
import Foundation
import Glibc
import Platform

/// A NATS server of a test's own: free port, own directory, ended by its process id.
final class NATSServer: Sendable {
    static let path = "/usr/sbin/nats-server"

    let port: UInt16
    private let directory: URL
    private let process = Guarded<pid_t?>(nil)

    var url: String { "nats://127.0.0.1:\(port)" }

    /// A running server; `nil`, and said aloud, where nats-server is not installed.
    static func startOrSay() throws -> NATSServer? {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            print("SKIPPED: \(path) is missing (Debian: nats-server); nothing was tried over NATS")
            return nil
        }
        let server = try NATSServer()
        try server.start()
        return server
    }

    private init() throws {
        port = try Self.freePort()
        directory = FileManager.default.temporaryDirectory
            .appending(path: "titan-nats-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let configuration = """
            host: 127.0.0.1
            port: \(port)
            jetstream { store_dir: "\(directory.path)/store", max_file: 20G, max_mem: 1G }
            """
        try configuration.write(
            to: directory.appending(path: "nats.conf"), atomically: true, encoding: .utf8)
    }

    /// Starts the server on its directory, and waits until it takes connections.
    func start(at port: UInt16? = nil) throws {
        let port = port ?? self.port
        let log = directory.appending(path: "log").path
        var actions = unsafe posix_spawn_file_actions_t()
        _ = unsafe posix_spawn_file_actions_init(&actions)
        defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
        _ = unsafe posix_spawn_file_actions_addopen(
            &actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let words =
            [Self.path, "-c", directory.appending(path: "nats.conf").path]
            + ["-p", "\(port)"]
        let arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
        var pid = pid_t()
        let code = unsafe posix_spawn(&pid, Self.path, &actions, nil, arguments, environ)
        guard code == 0 else { throw SystemError(call: "posix_spawn", code: code) }
        process.withLock { $0 = pid }
        try waitFor(port)
    }

    func signal(_ number: CInt) {
        if let pid = process.withLock({ $0 }) { _ = Glibc.kill(pid, number) }
    }

    /// SIGKILL, and waits until the process is gone.
    func kill() {
        let pid = process.withLock { process in
            defer { process = nil }
            return process
        }
        guard let pid else { return }
        _ = Glibc.kill(pid, SIGKILL)
        _ = waitpid(pid, nil, 0)
    }

    func stop() {
        kill()
        do { try FileManager.default.removeItem(at: directory) } catch { print("left: \(error)") }
    }

    private func waitFor(_ port: UInt16) throws {
        let end = Machine.bootMicroseconds + 10_000_000
        while Machine.bootMicroseconds < end {
            if Self.canConnect(port) { return }
            // Nobody tells us when a foreign process listens, so this one is asked.
            usleep(5_000)
        }
        throw SystemError(call: "connect", code: ETIMEDOUT)
    }

    private static func canConnect(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return unsafe withAddress(port) { unsafe connect(descriptor, $0, $1) } == 0
    }

    static func freePort() throws -> UInt16 {
        let descriptor = try system("socket") { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
        defer { close(descriptor) }
        _ = try system("bind") { unsafe withAddress(0) { unsafe bind(descriptor, $0, $1) } }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = try system("getsockname") {
            unsafe withUnsafeMutableBytes(of: &address) {
                unsafe getsockname(
                    descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func withAddress(
        _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return unsafe withUnsafeBytes(of: &address) {
            unsafe body(
                $0.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}

/// Waits for what tells nobody when it changes: looks every two milliseconds.
func poll(seconds: Int64, until isDone: () -> Bool) -> Bool {
    let end = Machine.bootMicroseconds + seconds * 1_000_000
    while !isDone() {
        if Machine.bootMicroseconds > end { return false }
        usleep(2_000)
    }
    return true
}
