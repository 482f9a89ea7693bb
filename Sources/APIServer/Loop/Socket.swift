import CLinux
import Glibc
public import Platform

/// One connected, non-blocking stream socket.
public struct Socket: ~Copyable, Sendable {
    private let descriptor: Descriptor

    public init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    public var number: CInt { descriptor.number }

    /// Hands the descriptor to code that will close it.
    public consuming func release() -> CInt { descriptor.release() }

    /// What one read brought.
    public enum Received: Hashable, Sendable {
        /// So many bytes, at the front of the buffer.
        case bytes(Int)
        /// Nothing at the moment.
        case nothing
        /// The peer sends no more.
        case end
        case failed(CInt)
    }

    /// Reads once into `buffer`. Fewer bytes than it holds: there were no more.
    public func receive(into buffer: inout [UInt8]) -> Received {
        let number = descriptor.number
        do {
            let count = try systemCount("recv") {
                unsafe buffer.withUnsafeMutableBytes {
                    unsafe recv(number, $0.baseAddress, $0.count, 0)
                }
            }
            return count == 0 ? .end : .bytes(count)
        } catch {
            return error.code == EAGAIN ? .nothing : .failed(error.code)
        }
    }

    /// What one write did.
    public enum Sent: Hashable, Sendable {
        /// The kernel took so many bytes: fewer than there were when it has no more room.
        case bytes(Int)
        case failed(CInt)
    }

    /// Writes the bytes from `start` on, once.
    public func send(_ bytes: borrowing [UInt8], from start: Int = 0) -> Sent {
        Self.send(bytes, from: start, to: descriptor.number)
    }

    static func send(_ bytes: borrowing [UInt8], from start: Int = 0, to number: CInt) -> Sent {
        precondition(start <= bytes.count, "Invariant: what is sent lies in the buffer")
        do {
            return .bytes(
                try systemCount("send") {
                    unsafe bytes.withUnsafeBytes {
                        unsafe Glibc.send(
                            number, $0.baseAddress.map { unsafe $0 + start }, $0.count - start,
                            CInt(MSG_NOSIGNAL))
                    }
                })
        } catch {
            return error.code == EAGAIN ? .bytes(0) : .failed(error.code)
        }
    }

    /// Says that nothing more will be sent. Source: shutdown(2).
    public func endSending() { _ = shutdown(descriptor.number, CInt(SHUT_WR)) }
}
