import Crypto
import Platform

/// The SHA-256 of the running program's file: every decision names it.
enum BinaryDigest {
    static func current() throws(SystemError) -> Digest256 {
        SHA256.hash(try Files.read("/proc/self/exe"))
    }
}
