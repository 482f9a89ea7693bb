import CLinux
import Glibc

extension Socket {
    /// The peer's numeric address without its port; empty when it has gone, or has none.
    ///
    /// Source: getpeername(2); inet_ntop(3).
    public var peer: String { unsafe Self.address(getpeername, number) }

    /// One end's numeric address, as `getpeername` or `getsockname` tells.
    static func address(
        _ ask: (CInt, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> CInt,
        _ number: CInt
    ) -> String {
        var storage = sockaddr_storage()
        let code = unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            var length = socklen_t(bytes.count)
            return unsafe ask(
                number, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
        }
        guard code == 0 else { return "" }
        let family = CInt(storage.ss_family)
        guard family == AF_INET || family == AF_INET6 else { return "" }
        // Where the address stands in sockaddr_in and sockaddr_in6.
        let offset = family == AF_INET ? 4 : 8
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let made = unsafe withUnsafeBytes(of: &storage) { bytes in
            unsafe inet_ntop(family, bytes.baseAddress! + offset, &text, socklen_t(text.count))
                != nil
        }
        guard made else { return "" }
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
