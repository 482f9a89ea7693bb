import CJWT
import Glibc

/// libjwt 1.10.2, which signs and verifies with HS256 here and does nothing else.
///
/// It would let a token choose its own algorithm, so it is never asked before `JWT` has checked the
/// token's header. What a token claims is read by us from the same bytes that it has verified.
@safe struct LibJWT: ~Copyable {
    private let handle: OpaquePointer

    /// An empty token, to be signed.
    private init() {
        var made: OpaquePointer?
        let code = unsafe jwt_new(&made)
        guard code == 0, let handle = unsafe made else {
            preconditionFailure("Invariant: there is memory for a token")
        }
        unsafe self.handle = handle
    }

    /// The token as libjwt reads it; `nil` when the signature is not that of HS256 under the key.
    private init?(token: String, key: [UInt8]) {
        var made: OpaquePointer?
        let code = unsafe jwt_decode(&made, token, key, CInt(key.count))
        guard code == 0, let handle = unsafe made else { return nil }
        unsafe self.handle = handle
    }

    deinit { unsafe jwt_free(handle) }

    /// Whether the token's signature is that of HS256 under the key.
    static func verifies(_ token: String, key: [UInt8]) -> Bool {
        precondition(!key.isEmpty, "Invariant: a token is never verified without a key")
        guard let read = LibJWT(token: token, key: key) else { return false }
        return read.isHS256
    }

    private var isHS256: Bool { unsafe jwt_get_alg(handle) == JWT_ALG_HS256 }

    /// A signed token with these claims, which are a JSON object.
    static func sign(_ claims: String, keyID: String, key: [UInt8]) -> String {
        let token = LibJWT()
        let code =
            unsafe jwt_add_header(token.handle, "kid", keyID)
            | jwt_add_grants_json(token.handle, claims)
            | jwt_set_alg(token.handle, JWT_ALG_HS256, key, CInt(key.count))
        precondition(code == 0, "Invariant: libjwt takes any JSON object and any key")
        guard let text = unsafe jwt_encode_str(token.handle) else {
            preconditionFailure("Invariant: libjwt signs what it has taken")
        }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }
}
