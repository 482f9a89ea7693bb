public import Wire

/// Who is signed in, as their session proved.
public struct Operator: Sendable, Hashable {
    public let id: String
    public let roles: Set<Role>

    public init(id: String, roles: Set<Role>) {
        (self.id, self.roles) = (id, roles)
    }

    public func may(_ permission: Permission) -> Bool { roles.contains { $0.may(permission) } }
}

/// What somebody is to the desk. Source: the design, rule 4.
public enum Role: String, Sendable, Hashable, CaseIterable {
    case observer
    case `operator`
    case riskOwner = "risk_owner"
    /// Manages accounts, and can neither trade nor approve.
    case admin

    func may(_ permission: Permission) -> Bool {
        switch self {
        case .observer: permission == .view
        case .operator: permission != .accounts && permission != .approve && permission != .policy
        case .riskOwner: permission != .accounts
        case .admin: permission == .view || permission == .accounts
        }
    }
}

/// What an endpoint asks of the operator who calls it.
public enum Permission: String, Sendable, Hashable, CaseIterable {
    case view
    case halt
    case disarm
    case arm
    case resume
    case flatten
    case throttle
    case mode
    case reconcile
    case adopt
    case `override`
    case policy
    case deadLetters = "dead_letters"
    /// To be the second person of what makes the desk less safe.
    case approve
    case accounts
}

/// What the server needs to know of identity.
public protocol Authenticator: Sendable {
    /// Moves whenever a token, a key or a person's permissions are revoked: what was verified
    /// before counts no longer.
    var revocation: UInt64 { get }

    /// Verifies one token. Called on a loop, once per connection and token.
    func authenticate(_ token: [UInt8]) -> Result<Credential, APIError>

    /// The token that a request carries, or `nil`. Without an own implementation:
    /// `Authorization: Bearer`.
    func token(in request: Request) -> [UInt8]?
}

/// A token that was verified: whose it is, and until when.
public struct Credential: Sendable, Hashable {
    public let `operator`: Operator
    /// UTC, microseconds since 1970.
    public let expires: Int64

    public init(operator: Operator, expires: Int64) {
        (self.operator, self.expires) = (`operator`, expires)
    }
}
