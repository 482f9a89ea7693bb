import Crypto
import Domain
import Platform

/// What the vault holds. Its plain form is JSON, which nothing but `Vault` ever sees.
struct VaultContent: Sendable, Hashable {
    var accounts: [Account] = []
    var tokenKey: TokenKey
    var busKeyID: String
    var busSecret: [UInt8]

    /// New keys and nobody.
    init() {
        tokenKey = TokenKey(
            id: "jwt-" + Hex.text(Machine.randomBytes(count: 4)),
            secret: Machine.randomBytes(count: 32))
        busKeyID = "bus-" + Hex.text(Machine.randomBytes(count: 4))
        busSecret = Machine.randomBytes(count: 32)
    }

    var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("accounts")
        json.beginArray()
        for account in accounts { Self.write(account, to: &json) }
        json.endArray()
        json.key("bus_key")
        Self.write(busKeyID, busSecret, to: &json)
        json.key("token_key")
        Self.write(tokenKey.id, tokenKey.secret, to: &json)
        json.endObject()
        return json.bytes
    }

    /// `nil` when the bytes are not what `json` gives.
    init?(json bytes: [UInt8]) {
        let parsed: JSON
        do { parsed = try JSON.parse(bytes) } catch { return nil }
        guard let bus = Self.key(parsed["bus_key"]), let token = Self.key(parsed["token_key"]),
            let list = parsed["accounts"]?.array
        else { return nil }
        let accounts = list.compactMap(Self.account)
        guard accounts.count == list.count else { return nil }
        (busKeyID, busSecret) = bus
        tokenKey = TokenKey(id: token.id, secret: token.secret)
        self.accounts = accounts
    }

    private static func write(_ account: Account, to json: inout JSONWriter) {
        json.beginObject()
        json.key("hash")
        json.string(Hex.text(account.password.hash))
        json.key("id")
        json.string(account.id)
        json.key("n")
        json.integer(account.password.parameters.n)
        json.key("p")
        json.integer(account.password.parameters.p)
        json.key("r")
        json.integer(account.password.parameters.r)
        json.key("roles")
        json.roles(account.roles)
        json.key("salt")
        json.string(Hex.text(account.password.salt))
        json.endObject()
    }

    private static func write(_ id: String, _ secret: [UInt8], to json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        json.string(id)
        json.key("secret")
        json.string(Hex.text(secret))
        json.endObject()
    }

    private static func key(_ json: JSON?) -> (id: String, secret: [UInt8])? {
        guard let id = json?["id"]?.text, let secret = json?["secret"]?.text.flatMap(Hex.bytes),
            !id.isEmpty, secret.count >= 32
        else { return nil }
        return (id, secret)
    }

    private static func account(_ json: JSON) -> Account? {
        guard let id = json["id"]?.text, Account.isName(id),
            let hash = json["hash"]?.text.flatMap(Hex.bytes), hash.count == 32,
            let salt = json["salt"]?.text.flatMap(Hex.bytes), !salt.isEmpty,
            let names = json["roles"]?.array?.compactMap(\.text),
            let parameters = parameters(json)
        else { return nil }
        let roles = names.compactMap(Role.init(rawValue:))
        guard roles.count == names.count else { return nil }
        let password = PasswordHash(parameters: parameters, salt: salt, hash: hash)
        return Account(id: id, roles: Set(roles), password: password)
    }

    /// Costs that libcrypto takes within its memory. Source: EVP_PBE_scrypt(3).
    private static func parameters(_ json: JSON) -> Scrypt? {
        guard let n = json["n"]?.integer, let r = json["r"]?.integer, let p = json["p"]?.integer,
            (2...131_072).contains(n), n & (n - 1) == 0, (1...8).contains(r), (1...16).contains(p)
        else { return nil }
        return Scrypt(n: UInt64(n), r: UInt64(r), p: UInt64(p))
    }
}

extension JSONWriter {
    /// Roles in their order, so that the same set reads the same.
    mutating func roles(_ roles: Set<Role>) {
        beginArray()
        for role in Role.allCases where roles.contains(role) { string(role.rawValue) }
        endArray()
    }
}
