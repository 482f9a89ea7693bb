import Glibc

/// Lines on their way to standard output, written in large pieces.
final class OutputBuffer {
    private var bytes: [UInt8] = []

    func line(_ line: [UInt8]) {
        bytes += line
        bytes.append(UInt8(ascii: "\n"))
        if bytes.count > 65_536 { flush() }
    }

    /// Writes what is there; a reader that has gone away ends the program quietly.
    func flush() {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe write(1, $0.baseAddress! + done, bytes.count - done)
            }
            if count <= 0 { exit(0) }
            done += count
        }
        bytes.removeAll(keepingCapacity: true)
    }
}
