public import Crypto

/// The root over all records so far, kept by the roots of its complete subtrees.
///
/// Source: RFC 9162, section 2.1.1: leaves are hashed after a 0 byte, nodes after a 1 byte.
public struct MerkleTree: Sendable {
    public private(set) var size: UInt64 = 0
    /// Roots of complete subtrees, the largest first: one for each bit of `size`.
    private var peaks: [Digest256] = []

    public init() {}

    public mutating func append(leaf bytes: [UInt8]) {
        var hasher = SHA256()
        append(leaf: bytes, with: &hasher)
    }

    /// The same with a hasher that is used again: making one costs more than hashing a record.
    public mutating func append(leaf bytes: [UInt8], with hasher: inout SHA256) {
        hasher.update(byte: 0)
        hasher.update(bytes)
        var node = hasher.finish()
        var rest = size
        while rest & 1 == 1 {
            node = Self.node(peaks.removeLast(), node, with: &hasher)
            rest >>= 1
        }
        peaks.append(node)
        size += 1
    }

    /// The hash of nothing for an empty tree.
    public var root: Digest256 {
        var hasher = SHA256()
        return root(with: &hasher)
    }

    public func root(with hasher: inout SHA256) -> Digest256 {
        guard var node = peaks.last else { return hasher.finish() }
        for peak in peaks.dropLast().reversed() { node = Self.node(peak, node, with: &hasher) }
        return node
    }

    public static func leaf(_ bytes: [UInt8]) -> Digest256 {
        var hasher = SHA256()
        hasher.update(byte: 0)
        hasher.update(bytes)
        return hasher.finish()
    }

    public static func node(_ left: Digest256, _ right: Digest256) -> Digest256 {
        var hasher = SHA256()
        return node(left, right, with: &hasher)
    }

    private static func node(
        _ left: Digest256, _ right: Digest256, with hasher: inout SHA256
    ) -> Digest256 {
        hasher.update(byte: 1)
        hasher.update(left)
        hasher.update(right)
        return hasher.finish()
    }
}
