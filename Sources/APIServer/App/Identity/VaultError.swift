public import Platform

/// Why the vault does not open or was not changed. What is on disk is as it was.
public enum VaultError: Error, Hashable, Sendable, CustomStringConvertible {
    case system(doing: String, SystemError)
    /// The key's file is missing, and there is a vault that it would open.
    case keyMissing(path: String)
    /// The key is not 64 hexadecimal digits.
    case keyMalformed(place: String)
    /// Others than the owner may read the file.
    case exposed(path: String)
    /// Changed by other hands, cut off, or sealed with another key.
    case tampered(path: String)
    case badName(String)
    case badPassword(minimum: Int, maximum: Int)
    case noRoles
    case exists(String)
    case full(maximum: Int)

    public var description: String {
        switch self {
        case .system(let doing, let error): "\(doing): \(error)"
        case .keyMissing(let path):
            "\(path) is missing: put the vault's key back there, or set TITAN_VAULT_KEY"
        case .keyMalformed(let place): "\(place): expected 64 hexadecimal digits"
        case .exposed(let path):
            "others may read \(path): take that away (chmod 600) and think of its secrets as known"
        case .tampered(let path):
            "\(path) does not open: it was changed, or sealed with another key; nothing was touched"
        case .badName(let name):
            "\"\(name)\" is no operator's name: 1 to \(Limits.App.operatorBytesMaximum) letters, "
                + "digits, points, hyphens and underscores"
        case .badPassword(let minimum, let maximum):
            "a password has \(minimum) to \(maximum) bytes"
        case .noRoles: "an operator needs a role at least"
        case .exists(let name): "there is an operator \"\(name)\" already"
        case .full(let maximum): "there are \(maximum) operators already"
        }
    }
}
