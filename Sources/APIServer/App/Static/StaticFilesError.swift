public import Platform

/// Why the console's files cannot be served. The server does not start with some of them missing.
public enum StaticFilesError: Error, Hashable, Sendable, CustomStringConvertible {
    case system(path: String, SystemError)
    /// A name that would need escaping in an address, a link, or anything but file and directory.
    case notServable(path: String)
    case noIndex(directory: String)
    case tooLarge(path: String, what: String, maximum: Int)

    public var description: String {
        switch self {
        case .system(let path, let error): "console file \(path): \(error)"
        case .notServable(let path):
            "console file \(path): only plain files with names of letters, digits and .-_~@+ are served"
        case .noIndex(let directory): "console directory \(directory): there is no index.html"
        case .tooLarge(let path, let what, let maximum):
            "console file \(path): more than \(maximum) \(what)"
        }
    }
}
