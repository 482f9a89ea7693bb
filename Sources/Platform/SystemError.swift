import CLinux
import Glibc

/// A system call that failed: which one, and why.
public struct SystemError: Error, Hashable, CustomStringConvertible {
    public let call: String
    /// The value of `errno` straight after the call.
    public let code: CInt

    public init(call: String, code: CInt) {
        self.call = call
        self.code = code
    }

    public var description: String { "\(call): \(unsafe String(cString: strerror(code)))" }
}

/// Makes one system call, turning `-1` into a `SystemError` and retrying after a signal.
///
/// `errno` is read before anything else can run: even `print` overwrites it.
@discardableResult
public func system<Value: SignedInteger>(
    _ call: String, _ body: () -> Value
) throws(SystemError) -> Value {
    while true {
        let value = body()
        if value != -1 { return value }
        let code = errno
        if code != EINTR { throw SystemError(call: call, code: code) }
    }
}

/// The same for calls that count bytes. They are made for every message, so it is no generic code.
public func systemCount(
    _ call: StaticString, _ body: () -> Int
) throws(SystemError) -> Int {
    while true {
        let value = body()
        if value != -1 { return value }
        let code = errno
        if code != EINTR { throw SystemError(call: call.description, code: code) }
    }
}
