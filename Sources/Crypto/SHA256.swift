import CCrypto

/// SHA-256 over bytes. Source: FIPS 180-4; EVP_DigestInit_ex(3).
@safe public struct SHA256: ~Copyable {
    private let context: OpaquePointer

    /// Fetched once: fetching costs more than hashing a record.
    private static let algorithm = Algorithm()

    public init() {
        guard let context = unsafe EVP_MD_CTX_new() else {
            preconditionFailure("Invariant: there is memory for a hash")
        }
        unsafe self.context = context
        reset()
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// The digest of some bytes.
    public static func hash(_ bytes: some Collection<UInt8>) -> Digest256 {
        var hasher = SHA256()
        hasher.update(bytes)
        return hasher.finish()
    }

    public mutating func update(_ bytes: some Collection<UInt8>) {
        let contiguous: Void? = bytes.withContiguousStorageIfAvailable {
            unsafe update($0.baseAddress, count: $0.count)
        }
        if contiguous == nil {
            let copy = Array(bytes)
            unsafe copy.withUnsafeBufferPointer { unsafe update($0.baseAddress, count: $0.count) }
        }
    }

    /// The same without a copy, whoever calls.
    public mutating func update(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { unsafe update($0.baseAddress, count: $0.count) }
    }

    public mutating func update(byte: UInt8) {
        unsafe withUnsafePointer(to: byte) { unsafe update($0, count: 1) }
    }

    /// Takes in the bytes of another digest.
    public mutating func update(_ digest: Digest256) {
        unsafe withUnsafeBytes(of: digest.memory) { bytes in
            unsafe update(
                bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), count: bytes.count)
        }
    }

    /// The digest of everything since the last `finish`; the next bytes begin a new one.
    public mutating func finish() -> Digest256 {
        var memory: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let code = unsafe withUnsafeMutableBytes(of: &memory) { memory in
            unsafe EVP_DigestFinal_ex(
                context, memory.baseAddress!.assumingMemoryBound(to: UInt8.self), nil)
        }
        precondition(code == 1, "Invariant: libcrypto finishes a digest that it began")
        reset()
        return Digest256(memory: memory)
    }

    private mutating func update(_ start: UnsafePointer<UInt8>?, count: Int) {
        let code = unsafe EVP_DigestUpdate(context, start, count)
        precondition(code == 1, "Invariant: libcrypto takes any bytes")
    }

    private func reset() {
        let code = unsafe EVP_DigestInit_ex(context, Self.algorithm.handle, nil)
        precondition(code == 1, "Invariant: libcrypto has SHA-256")
    }

    /// The fetched method; lives as long as the program. Held as a number, which any thread may read.
    private struct Algorithm: Sendable {
        private let address: UInt

        init() {
            guard let fetched = unsafe EVP_MD_fetch(nil, "SHA256", nil) else {
                preconditionFailure("Invariant: libcrypto has SHA-256")
            }
            address = UInt(bitPattern: fetched)
        }

        var handle: OpaquePointer? { unsafe OpaquePointer(bitPattern: address) }
    }
}
