/// Where the venue keeps its frames: a file, or memory in virtual time.
///
/// A frame is what became durable at once; the store does not look into it.
public protocol VenueStore: AnyObject {
    /// Every durable frame, the oldest first. Called once, before anything is written.
    func recover() throws(VenueStoreError) -> [[UInt8]]

    /// Adds a frame. It is durable when this returns; after a throw nothing is ever written again.
    func append(_ frame: [UInt8]) throws(VenueStoreError)

    /// Puts one frame in the place of all others, so that a crash leaves either.
    func replace(with frame: [UInt8]) throws(VenueStoreError)

    /// Bytes that recovery would read.
    var bytesCount: Int { get }
}

/// Why the venue's books cannot be kept or read.
public enum VenueStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The directory is another process's.
    case locked(directory: String)
    /// A system call failed while doing something.
    case system(String)
    /// Bytes that are not what was written, with whole frames behind them.
    case corrupt(file: String, offset: Int, what: String)
    /// An earlier write failed; nothing is written after it.
    case failedBefore

    public var description: String {
        switch self {
        case .locked(let directory):
            "another titan process keeps the venue's books in \(directory): stop it, or use "
                + "another directory"
        case .system(let what): "the venue's books: \(what)"
        case .corrupt(let file, let offset, let what): "\(file) at byte \(offset): \(what)"
        case .failedBefore: "the venue's books: an earlier write failed, nothing follows it"
        }
    }
}

/// Frames in memory: for virtual time, where a run leaves nothing behind.
public final class VenueMemory: VenueStore {
    private var frames: [[UInt8]] = []

    public init() {}

    public private(set) var bytesCount = 0

    public func recover() -> [[UInt8]] { frames }

    public func append(_ frame: [UInt8]) {
        frames.append(frame)
        bytesCount += frame.count
    }

    public func replace(with frame: [UInt8]) { (frames, bytesCount) = ([frame], frame.count) }
}
