import Platform
import Wire

/// Who a token is of: its signature and claims by `JWT`, the person and their roles by the vault.
///
/// Roles are not in the token, so that taking one away takes effect at once.
struct TokenAuthenticator: Authenticator {
    let vault: Vault
    let counters: Counters
    /// UTC, microseconds.
    let now: @Sendable () -> Int64

    var revocation: UInt64 { vault.revocation }

    func authenticate(_ token: [UInt8]) -> Result<Credential, APIError> {
        do {
            let claims = try JWT(key: vault.tokenKey).verify(token, now: now())
            guard let account = vault.account(claims.subject) else {
                return refused("the token names nobody who is known here")
            }
            let person = Operator(id: account.id, roles: account.roles)
            return .success(Credential(operator: person, expires: claims.expires))
        } catch {
            return refused(error.rawValue, code: error == .expired ? "token_expired" : nil)
        }
    }

    private func refused(_ message: String, code: String? = nil) -> Result<Credential, APIError> {
        counters.tokensRefused.add()
        return .failure(.unauthorized(code: code ?? "token_invalid", message: message))
    }
}
