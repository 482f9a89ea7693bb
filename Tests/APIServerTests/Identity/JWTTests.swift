import Crypto
import Testing

@testable import APIServer

/// One token, and why it is not taken; `nil` when it is.
struct Forgery: Sendable, CustomTestStringConvertible {
    let name: String
    let token: [UInt8]
    let error: JWTError?
    var testDescription: String { name }

    init(_ name: String, _ token: String, _ error: JWTError?) {
        (self.name, self.token, self.error) = (name, Array(token.utf8), error)
    }
}

/// Makes tokens, good ones and bad ones, by hand: nothing of ours but the hash.
enum Forger {
    static let key = TokenKey(id: "k1", secret: Array(0..<32))
    static let now: Int64 = 1_700_000_000_000_000
    static let header = #"{"alg":"HS256","kid":"k1","typ":"JWT"}"#
    static let claims = claims()

    static func claims(
        aud: String = "\"titan-api\"", exp: String = "1700003600", iat: String = "1700000000",
        iss: String = "\"titan\"", nbf: String = "1700000000", sub: String = "\"ann\"",
        more: String = ""
    ) -> String {
        #"{"aud":\#(aud),"exp":\#(exp),"iat":\#(iat),"iss":\#(iss),"nbf":\#(nbf),"#
            + #""sub":\#(sub)\#(more)}"#
    }

    static func sign(
        _ header: String = header, _ claims: String = claims, key: [UInt8] = key.secret
    ) -> String {
        sign(header, Array(claims.utf8), key: key)
    }

    static func sign(_ header: String, _ claims: [UInt8], key: [UInt8] = key.secret) -> String {
        let signed = encode(header) + "." + Base64URL.encode(claims)
        let tag = HMACSHA256.authenticate(message: Array(signed.utf8), key: key)
        return signed + "." + Base64URL.encode(tag.bytes)
    }

    static func encode(_ text: String) -> String { Base64URL.encode(Array(text.utf8)) }

    static func header(_ alg: String, more: String = "") -> String {
        #"{"alg":\#(alg),"kid":"k1","typ":"JWT"\#(more)}"#
    }

    /// The last character exchanged for one that decodes to the same bytes with a stray bit.
    static func stray(_ token: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let place = alphabet.firstIndex(of: token.last!)!
        return token.dropLast() + String(alphabet[place | 1])
    }

    static func part(_ token: String, _ index: Int) -> String {
        String(token.split(separator: ".")[index])
    }
}

@Suite struct `A token` {
    static let good = Forger.sign()
    static let other = Forger.sign(Forger.header, Forger.claims(sub: "\"bob\""))

    static let forgeries: [Forgery] = [
        .init("as it should be", good, nil),
        .init(
            "with claims that we do not know",
            Forger.sign(Forger.header, Forger.claims(more: #","x":1"#)), nil),
        // The header.
        .init(
            "alg none, no signature",
            Forger.encode(Forger.header("\"none\"")) + "." + Forger.encode(Forger.claims) + ".",
            .otherAlgorithm),
        .init("alg none, signed", Forger.sign(Forger.header("\"none\"")), .otherAlgorithm),
        .init("alg None", Forger.sign(Forger.header("\"None\"")), .otherAlgorithm),
        .init("alg NONE", Forger.sign(Forger.header("\"NONE\"")), .otherAlgorithm),
        .init("alg hs256", Forger.sign(Forger.header("\"hs256\"")), .otherAlgorithm),
        .init("alg HS256 and a space", Forger.sign(Forger.header("\"HS256 \"")), .otherAlgorithm),
        .init("alg HS384", Forger.sign(Forger.header("\"HS384\"")), .otherAlgorithm),
        .init("alg HS512", Forger.sign(Forger.header("\"HS512\"")), .otherAlgorithm),
        .init("alg RS256", Forger.sign(Forger.header("\"RS256\"")), .otherAlgorithm),
        .init("alg ES256", Forger.sign(Forger.header("\"ES256\"")), .otherAlgorithm),
        .init("alg a list", Forger.sign(Forger.header("[\"HS256\"]")), .otherAlgorithm),
        .init("alg null", Forger.sign(Forger.header("null")), .otherAlgorithm),
        .init("no alg", Forger.sign(#"{"cty":"JWT","kid":"k1","typ":"JWT"}"#), .badHeader),
        .init(
            "alg twice", Forger.sign(Forger.header("\"HS256\"", more: #","alg":"none""#)),
            .badHeader),
        .init(
            "alg twice, escaped",
            Forger.sign(Forger.header("\"HS256\"", more: #","\u0061lg":"none""#)), .badHeader),
        .init("no kid", Forger.sign(#"{"alg":"HS256","typ":"JWT"}"#), .badHeader),
        .init("another kid", Forger.sign(#"{"alg":"HS256","kid":"k2","typ":"JWT"}"#), .otherKey),
        .init(
            "a path as kid", Forger.sign(#"{"alg":"HS256","kid":"../../dev/null","typ":"JWT"}"#),
            .otherKey),
        .init(
            "crit", Forger.sign(Forger.header("\"HS256\"", more: #","crit":["exp"]"#)), .badHeader),
        .init(
            "a key of its own",
            Forger.sign(Forger.header("\"HS256\"", more: #","jwk":{"kty":"oct","k":"AA"}"#)),
            .badHeader),
        .init("typ JOSE", Forger.sign(#"{"alg":"HS256","kid":"k1","typ":"JOSE"}"#), .otherType),
        .init("a header that is a list", Forger.sign("[]"), .badHeader),
        .init("a header that is not JSON", Forger.sign("{alg:HS256}"), .badHeader),
        .init("a header with text behind it", Forger.sign(Forger.header + "{}"), .badHeader),
        // The signature.
        .init("another's key", Forger.sign(key: Array(1...32)), .badSignature),
        .init(
            "no signature", Forger.part(good, 0) + "." + Forger.part(good, 1) + ".", .badSignature),
        .init("a short signature", String(good.dropLast(3)), .badSignature),
        .init(
            "swapped claims",
            Forger.part(good, 0) + "." + Forger.part(other, 1) + "." + Forger.part(good, 2),
            .badSignature),
        .init(
            "another's signature",
            Forger.part(good, 0) + "." + Forger.part(good, 1) + "." + Forger.part(other, 2),
            .badSignature),
        // The encoding.
        .init("nothing", "", .notThreeParts),
        .init("two parts", Forger.part(good, 0) + "." + Forger.part(good, 1), .notThreeParts),
        .init("four parts", good + ".", .notThreeParts),
        .init("five parts, as if encrypted", good + ".AA.AA", .notThreeParts),
        .init("a dot before", "." + good, .notThreeParts),
        .init("padding", good + "=", .notThreeParts),
        .init("a stray bit at the end", Forger.stray(good), .notThreeParts),
        .init(
            "the other alphabet",
            Forger.part(good, 0) + "." + Forger.part(good, 1) + ".+/"
                + Forger.part(good, 2).dropFirst(2), .notThreeParts),
        .init("a space before", " " + good, .notThreeParts),
        .init("a line end behind", good + "\n", .notThreeParts),
        .init("a zero byte behind", good + "\0", .notThreeParts),
        .init(
            "five kilobytes",
            Forger.sign(
                Forger.header,
                Forger.claims(more: #","x":"\#(String(repeating: "a", count: 3700))""#)), .tooLong),
        // The claims.
        .init("claims that are a list", Forger.sign(Forger.header, "[]"), .badClaims),
        .init(
            "claims that are not UTF-8",
            Forger.sign(Forger.header, Array(Forger.claims.utf8) + [0xFF]), .badSignature),
        .init(
            "sub twice", Forger.sign(Forger.header, Forger.claims(more: #","sub":"bob""#)),
            .badClaims),
        .init(
            "exp twice", Forger.sign(Forger.header, Forger.claims(more: #","exp":9999999999"#)),
            .badClaims),
        .init(
            "another issuer", Forger.sign(Forger.header, Forger.claims(iss: "\"mars\"")),
            .otherIssuer),
        .init(
            "an issuer in a list", Forger.sign(Forger.header, Forger.claims(iss: "[\"titan\"]")),
            .otherIssuer),
        .init(
            "another audience", Forger.sign(Forger.header, Forger.claims(aud: "\"venue\"")),
            .otherAudience),
        .init(
            "several audiences", Forger.sign(Forger.header, Forger.claims(aud: "[\"titan-api\"]")),
            .otherAudience),
        .init("no subject", Forger.sign(Forger.header, Forger.claims(sub: "null")), .badSubject),
        .init(
            "an empty subject", Forger.sign(Forger.header, Forger.claims(sub: "\"\"")), .badSubject),
        .init(
            "a subject with a line end", Forger.sign(Forger.header, Forger.claims(sub: #""a\nb""#)),
            .badSubject),
        // Signed rightly, but libjwt reads no such JSON and so verifies nothing.
        .init("exp NaN", Forger.sign(Forger.header, Forger.claims(exp: "NaN")), .badSignature),
        .init(
            "exp Infinity", Forger.sign(Forger.header, Forger.claims(exp: "Infinity")),
            .badSignature),
        .init(
            "exp a text", Forger.sign(Forger.header, Forger.claims(exp: "\"1700003600\"")),
            .badTimes),
        .init(
            "exp with a fraction", Forger.sign(Forger.header, Forger.claims(exp: "1700003600.5")),
            .badTimes),
        .init(
            "exp beyond 64 bits",
            Forger.sign(Forger.header, Forger.claims(exp: "99999999999999999999")), .badSignature),
        .init("exp negative", Forger.sign(Forger.header, Forger.claims(exp: "-1")), .badTimes),
        .init("exp null", Forger.sign(Forger.header, Forger.claims(exp: "null")), .badTimes),
        .init(
            "longer than a shift", Forger.sign(Forger.header, Forger.claims(exp: "1700043201")),
            .badTimes),
        .init(
            "begins after its end", Forger.sign(Forger.header, Forger.claims(nbf: "1700003600")),
            .badTimes),
        .init(
            "issued after it begins", Forger.sign(Forger.header, Forger.claims(iat: "1700000001")),
            .badTimes),
        .init(
            "over by now",
            Forger.sign(
                Forger.header,
                Forger.claims(exp: "1700000000", iat: "1699990000", nbf: "1699990000")), .expired),
        .init(
            "one second to go", Forger.sign(Forger.header, Forger.claims(exp: "1700000001")), nil),
        .init("not begun", Forger.sign(Forger.header, Forger.claims(nbf: "1700000001")), .notYet),
    ]

    @Test(arguments: forgeries)
    func `is taken only as we would have made it`(forgery: Forgery) {
        let jwt = JWT(key: Forger.key)
        do throws(JWTError) {
            let claims = try jwt.verify(forgery.token, now: Forger.now)
            #expect(forgery.error == nil, "\(forgery.name) was taken")
            #expect(claims.subject == "ann")
        } catch {
            #expect(error == forgery.error, "\(forgery.name)")
        }
    }

    @Test func `holds when it is ours, and says whose it is`() throws {
        let jwt = JWT(key: Forger.key)
        let (token, expires) = jwt.issue(to: "ann", now: Forger.now)
        let claims = try jwt.verify(Array(token.utf8), now: Forger.now)
        #expect(claims == Claims(subject: "ann", expires: expires))
        #expect(expires == Forger.now + 12 * 3_600_000_000)
        #expect(token.utf8.count < 500)
    }

    /// Made by PyJWT 2.15.1 with the same key, header and claims: another's hand, the same token.
    @Test func `is the same from another maker`() throws {
        let theirs =
            "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIiwidHlwIjoiSldUIn0.eyJhdWQiOiJ0aXRhbi1hcGki"
            + "LCJleHAiOjE3MDAwMDM2MDAsImlhdCI6MTcwMDAwMDAwMCwiaXNzIjoidGl0YW4iLCJuYmYiOjE3"
            + "MDAwMDAwMDAsInN1YiI6ImFubiJ9.3XOAsZ4SXyfPJag3gOAvRo6CCctLQwsA9H5bKWCS8Uc"
        let claims = try JWT(key: Forger.key).verify(Array(theirs.utf8), now: Forger.now)
        #expect(claims.subject == "ann")
    }

    @Test func `is not taken when any one byte of it is changed or cut`() {
        let jwt = JWT(key: Forger.key)
        let token = Array(Self.good.utf8)
        for place in token.indices {
            var changed = token
            changed[place] ^= 1
            #expect(throws: JWTError.self, "byte \(place)") {
                try jwt.verify(changed, now: Forger.now)
            }
            #expect(throws: JWTError.self, "cut at \(place)") {
                try jwt.verify(Array(token[..<place]), now: Forger.now)
            }
        }
    }
}

@Suite struct `Base64 for URLs` {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
    ])
    func `is that of RFC 4648 without padding`(plain: String, encoded: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
        #expect(Base64URL.decode(Array(encoded.utf8)[...]) == Array(plain.utf8))
    }

    @Test(arguments: ["Z", "Zh", "Zm9", "Zg==", "Zm+v", "Zm/v", "Zm 9v", "Zm9v\n", "Zm9vé"])
    func `has one form for each text`(text: String) {
        #expect(Base64URL.decode(Array(text.utf8)[...]) == nil)
    }

    @Test func `gives every byte back`() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64URL.decode(Array(Base64URL.encode(bytes).utf8)[...]) == bytes)
        }
    }
}
