import Domain
import Platform

/// The secret under which tokens are signed, and the name by which they call it.
public struct TokenKey: Sendable, Hashable {
    public let id: String
    public let secret: [UInt8]

    public init(id: String, secret: [UInt8]) {
        precondition(secret.count >= 32, "Invariant: HS256 needs a key of 256 bits at least")
        (self.id, self.secret) = (id, secret)
    }
}

/// Why a token is not taken. Each is one sentence to the client; none tells more than it knows.
public enum JWTError: String, Error, Hashable, Sendable {
    case tooLong = "the token has more than 4096 bytes"
    case notThreeParts = "the token is not three parts of base64url"
    case badHeader = "the token's header is not {alg, kid, typ}, each once"
    case otherAlgorithm = "the token's algorithm is not HS256"
    case otherType = "the token's type is not JWT"
    case otherKey = "the token is signed with a key that is not ours"
    case badSignature = "the token's signature is wrong"
    case badClaims = "the token's claims are not an object of unlike members"
    case otherIssuer = "the token is from another issuer"
    case otherAudience = "the token is for somebody else"
    case badSubject = "the token names nobody"
    case badTimes = "the token's times are not whole seconds in order"
    case expired = "the token has expired"
    case notYet = "the token does not hold yet"
}

/// What a token that holds says.
public struct Claims: Sendable, Hashable {
    public let subject: String
    /// UTC, microseconds since 1970.
    public let expires: Int64
}

/// Our tokens: one algorithm, one key, one issuer, one audience.
///
/// Our code reads the header before libjwt is called at all, and looks at every claim itself.
/// Source: RFC 7519; RFC 8725 for what to refuse.
public struct JWT: Sendable {
    public static let issuer = "titan"
    public static let audience = "titan-api"
    let key: TokenKey

    public init(key: TokenKey) { self.key = key }

    /// A token for `subject` from `now` on (UTC, microseconds).
    public func issue(to subject: String, now: Int64) -> (token: String, expires: Int64) {
        let seconds = now / 1_000_000
        let expires = seconds + Limits.App.tokenSeconds
        var json = JSONWriter()
        json.beginObject()
        json.key("aud")
        json.string(Self.audience)
        json.key("exp")
        json.integer(expires)
        json.key("iat")
        json.integer(seconds)
        json.key("iss")
        json.string(Self.issuer)
        json.key("jti")
        json.string(Base64URL.encode(Machine.randomBytes(count: 12)))
        json.key("nbf")
        json.integer(seconds)
        json.key("sub")
        json.string(subject)
        json.endObject()
        let token = LibJWT.sign(json.text, keyID: key.id, key: key.secret)
        return (token, expires * 1_000_000)
    }

    /// What the token says at `now` (UTC, microseconds), if it holds.
    public func verify(_ token: [UInt8], now: Int64) throws(JWTError) -> Claims {
        guard token.count <= Limits.App.tokenBytesMaximum else { throw .tooLong }
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(parts[0]),
            let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2])
        else { throw .notThreeParts }
        try check(header: header)
        guard signature.count == 32,
            LibJWT.verifies(String(decoding: token, as: UTF8.self), key: key.secret)
        else { throw .badSignature }
        return try Self.claims(payload, at: now / 1_000_000)
    }

    private func check(header: [UInt8]) throws(JWTError) {
        guard let json = Self.object(header), json.members?.count == 3,
            let algorithm = json["alg"], let keyID = json["kid"], let type = json["typ"]
        else { throw .badHeader }
        guard algorithm.text == "HS256" else { throw .otherAlgorithm }
        guard type.text == "JWT" else { throw .otherType }
        guard keyID.text == key.id else { throw .otherKey }
    }

    private static func claims(_ payload: [UInt8], at now: Int64) throws(JWTError) -> Claims {
        guard let json = object(payload) else { throw .badClaims }
        guard json["iss"]?.text == issuer else { throw .otherIssuer }
        guard json["aud"]?.text == audience else { throw .otherAudience }
        guard let subject = json["sub"]?.text, Account.isName(subject) else { throw .badSubject }
        guard let issued = json["iat"]?.integer, let begins = json["nbf"]?.integer,
            let expires = json["exp"]?.integer, 0 <= issued, issued <= begins, begins < expires,
            expires - issued <= Limits.App.tokenSeconds
        else { throw .badTimes }
        guard now < expires else { throw .expired }
        guard begins <= now else { throw .notYet }
        return Claims(subject: subject, expires: expires * 1_000_000)
    }

    /// A JSON object whose members have unlike names, and nothing after it.
    private static func object(_ bytes: [UInt8]) -> JSON? {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        do {
            let json = try JSON.parse(bytes)
            return json.members == nil ? nil : json
        } catch { return nil }
    }
}
