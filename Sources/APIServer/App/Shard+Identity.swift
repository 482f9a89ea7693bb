import Platform
import Wire

extension Shard {
    /// Who calls, if they may.
    ///
    /// A token is verified once per connection: its exact bytes are remembered until it expires or
    /// anything is revoked.
    func identify(
        _ request: Request, on connection: Connection, _ permission: Permission
    ) throws(APIError) -> Operator {
        guard let token = options.authenticator.token(in: request) else {
            throw .unauthorized(code: "token_missing", message: "This needs a bearer token")
        }
        let caller = try verify(token, on: connection).operator
        guard caller.may(permission) else { throw .forbidden(permission) }
        return caller
    }

    func verify(_ token: [UInt8], on connection: Connection) throws(APIError) -> Credential {
        // Read before the token is verified: what is revoked meanwhile makes it stale at once.
        let revocation = options.authenticator.revocation
        if let verified = connection.verified, verified.revocation == revocation,
            verified.credential.expires > wall, verified.token == token
        {
            return verified.credential
        }
        connection.verified = nil
        let credential = try check(token)
        connection.verified = Connection.Verified(
            token: token, credential: credential, revocation: revocation)
        return credential
    }

    func check(_ token: [UInt8]) throws(APIError) -> Credential {
        guard token.count <= Limits.Server.tokenBytesMaximum else {
            throw .unauthorized(code: "token_invalid", message: "The token is too long")
        }
        let credential = try options.authenticator.authenticate(token).get()
        guard credential.expires > wall else {
            throw .unauthorized(code: "token_expired", message: "The token has expired")
        }
        return credential
    }
}
