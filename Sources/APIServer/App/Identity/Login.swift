import Domain
import Platform

/// Exchanges a name and a password for a token.
struct Login: Sendable {
    let vault: Vault
    let worker: Worker
    let counters: Counters
    /// UTC, microseconds.
    let now: @Sendable () -> Int64
    /// Boot clock, microseconds: what patience is counted by.
    let boot: @Sendable () -> Int64
    /// By name and address, so that a stranger cannot put off the owner of a name.
    private let byName = Attempts(
        .init(
            attempts: Limits.App.accountAttempts,
            microseconds: Limits.App.accountAttemptMicroseconds))
    private let byAddress = Attempts(
        .init(
            attempts: Limits.App.addressAttempts,
            microseconds: Limits.App.addressAttemptMicroseconds))

    init(
        vault: Vault, worker: Worker, counters: Counters,
        boot: @escaping @Sendable () -> Int64 = { Machine.bootMicroseconds },
        now: @escaping @Sendable () -> Int64
    ) {
        (self.vault, self.worker, self.counters) = (vault, worker, counters)
        (self.now, self.boot) = (now, boot)
    }

    /// The session as JSON. 401 for a wrong name or password, without saying which; 429 for too many
    /// attempts; 503 when the worker has too much to do.
    func session(_ name: String, _ password: String, from address: String) async throws(APIError)
        -> [UInt8]
    {
        try admit(byAddress, address)
        let pair = address + "\n" + name
        try admit(byName, pair)
        let found = try await worker.run { [vault, counters] () -> Account? in
            // Another process may have added this person; what was read before holds otherwise.
            do { try vault.refresh() } catch { counters.vaultUnreadable.add() }
            return vault.verify(operator: name, password: password)
        }
        guard let account = found else {
            counters.loginsFailed.add()
            throw .unauthorized(code: "wrong_credentials", message: "Wrong name or password")
        }
        byAddress.succeed(address)
        byName.succeed(pair)
        counters.loginsSucceeded.add()
        return Self.json(account, JWT(key: vault.tokenKey).issue(to: account.id, now: now()))
    }

    private func admit(_ attempts: Attempts, _ name: String) throws(APIError) {
        let seconds = attempts.begin(name, at: boot())
        guard seconds > 0 else { return }
        counters.loginsPutOff.add()
        throw APIError(
            .tooMany, code: "too_many_attempts",
            message: "Too many attempts to sign in; the next one is heard in \(seconds) s",
            headers: [("retry-after", String(seconds))])
    }

    private static func json(
        _ account: Account, _ issued: (token: String, expires: Int64)
    ) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("expires_at")
        json.string(Timestamp(microseconds: issued.expires).text)
        json.key("operator_id")
        json.string(account.id)
        json.key("roles")
        json.roles(account.roles)
        json.key("token")
        json.string(issued.token)
        json.key("token_type")
        json.string("Bearer" as StaticString)
        json.endObject()
        return json.bytes
    }
}
