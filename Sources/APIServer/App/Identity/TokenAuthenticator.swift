import Platform
import Wire

/// Who a token is of: its signature and claims by `JWT`, the person and their roles by the vault.
///
/// Roles are not in the token, so that taking one away takes effect as soon as the vault on disk
/// says so and the watch has seen it, which is within seconds.
struct TokenAuthenticator: Authenticator {
    let vault: Vault
    let counters: Counters
    /// Has the vault read again when another process may have changed it.
    var watch: VaultWatch?
    /// UTC, microseconds.
    let now: @Sendable () -> Int64

    /// Asked with every request and in every turn of a loop, so this is where the watch is kept up.
    var revocation: UInt64 {
        watch?.look(at: Machine.bootMicroseconds)
        return vault.revocation
    }

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
