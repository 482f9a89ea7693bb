import Glibc
import Platform

/// The venue's books on disk: one file that only grows, until it is rewritten as one frame.
///
/// Every frame is written and synced before `append` returns. The end that a crash tore off is cut
/// off when the file is opened; damage anywhere else is refused. The directory is the venue's own.
///
/// Thread: one at a time.
public final class VenueFile: VenueStore {
    private let path: String
    private let lock: Descriptor
    private var file: Descriptor
    private var end = 0
    private var frames: [[UInt8]] = []
    private var hasFailed = false
    /// Bytes of an unfinished last frame that were cut off.
    public private(set) var tornBytes = 0

    /// Opens or begins the books in a directory, which is made if it is missing.
    public init(directory: String) throws(VenueStoreError) {
        let path = directory + "/venue.books"
        do {
            try Files.makeDirectory(directory)
            lock = try JournalFile.lock(directory)
            let isNew = !Files.exists(path)
            file = try Files.open(path, flags: O_RDWR | O_CREAT)
            if isNew { try Files.sync(directory: directory) }
            self.path = path
            try read(try Files.read(path))
        } catch let error as JournalError {
            if case .locked = error { throw .locked(directory: directory) }
            throw .system("\(error)")
        } catch let error as SystemError {
            throw .system("\(error)")
        } catch let error as VenueStoreError {
            throw error
        } catch {
            preconditionFailure("Invariant: opening throws no other error: \(error)")
        }
    }

    public var bytesCount: Int { end }

    public func recover() -> [[UInt8]] {
        defer { frames = [] }
        return frames
    }

    public func append(_ frame: [UInt8]) throws(VenueStoreError) {
        let bytes = VenueFrame.encode(frame)
        try attempt { () throws(SystemError) in
            let number = file.number
            let start = end
            var done = 0
            while done < bytes.count {
                done += try system("pwrite") {
                    unsafe bytes.withUnsafeBytes {
                        unsafe pwrite(
                            number, $0.baseAddress! + done, bytes.count - done, off_t(start + done))
                    }
                }
            }
            try system("fdatasync") { fdatasync(number) }
            end += bytes.count
        }
    }

    public func replace(with frame: [UInt8]) throws(VenueStoreError) {
        let bytes = VenueFrame.encode(frame)
        try attempt { () throws(SystemError) in
            try Files.replace(path, with: bytes)
            file = try Files.open(path, flags: O_RDWR)
            end = bytes.count
        }
    }

    private func read(_ bytes: [UInt8]) throws(VenueStoreError) {
        let maximum = Limits.Venue.frameBytesMaximum
        while true {
            switch VenueFrame.read(bytes, at: end, maximum: maximum) {
            case .end: return
            case .frame(let frame, let next):
                frames.append(frame)
                end = next
            case .broken(let what):
                guard !VenueFrame.follows(bytes, from: end + 1, maximum: maximum) else {
                    throw .corrupt(file: path, offset: end, what: what)
                }
                tornBytes = bytes.count - end
                let (number, length) = (file.number, off_t(end))
                try attempt { () throws(SystemError) in
                    try system("ftruncate") { ftruncate(number, length) }
                    try system("fdatasync") { fdatasync(number) }
                }
                return
            }
        }
    }

    /// A write or sync that failed is never tried again: what it left behind is not known.
    private func attempt(_ body: () throws(SystemError) -> Void) throws(VenueStoreError) {
        if hasFailed { throw .failedBefore }
        do { try body() } catch {
            hasFailed = true
            throw .system("\(error)")
        }
    }
}
