import CLinux
import Glibc

/// One operating-system thread with a name, running one function to its end.
@safe public final class Thread: Sendable {
    private let handle: pthread_t

    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts the thread. `name` shows in debuggers and `/proc`: at most 15 bytes.
    public init(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var handle = pthread_t()
        let code = unsafe pthread_create(&handle, nil, Self.run, start.toOpaque())
        guard code == 0 else {
            unsafe start.release()
            throw SystemError(call: "pthread_create", code: code)
        }
        self.handle = handle
    }

    /// Waits until the function has returned. Called once at most.
    public func join() { _ = pthread_join(handle, nil) }

    private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { context in
            let start = unsafe Unmanaged<Start>.fromOpaque(context!).takeRetainedValue()
            _ = unsafe CLinux_name_thread(start.name)
            start.body()
            return nil
        }
}
