import Crypto
import Testing

@Suite struct `A digest` {
    @Test(
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func `is that of FIPS 180-4`(text: String, hex: String) throws {
        #expect(SHA256.hash(Array(text.utf8)).hex == hex)
        #expect(Digest256(hex: hex)?.hex == hex)
    }

    @Test func `is the same in pieces, and starts anew`() {
        var hasher = SHA256()
        for _ in 0..<2 {
            hasher.update("a".utf8)
            hasher.update(Array("bc".utf8))
            #expect(hasher.finish() == SHA256.hash(Array("abc".utf8)))
        }
    }
}

@Suite struct `A keyed hash` {
    /// The vectors of the existing system's signatures.
    @Test(
        arguments: [
            ("1700000000000:HALT:op-1:7b1f6f1e-5a77-4b8e-9d0c-0f3f6c1c2d3e",
                "175fe6983825172333c20cbb44ed6e087890c09016217d493f8c650c1fb15da7"),
            (#"1700000000.{"a":1}"#, "8cb2c3355fca388e9ac2caec004f4d5d7045d74937ab5faad61dc11682247a9f"),
        ])
    func `signs as the existing services do`(text: String, hex: String) {
        let digest = HMACSHA256.authenticate(message: Array(text.utf8), key: Array("test-secret".utf8))
        #expect(digest.hex == hex)
    }

    @Test func `is compared as a whole`() {
        #expect(HMACSHA256.equal([1, 2], [1, 2]))
        #expect(!HMACSHA256.equal([1, 2], [1, 3]))
        #expect(!HMACSHA256.equal([1, 2], [1, 2, 3]))
    }
}

@Suite struct `A derived key` {
    /// Source: RFC 7914, section 12.
    @Test func `is that of RFC 7914`() throws {
        let key = Scrypt(n: 1024, r: 8, p: 16)
            .derive(password: Array("password".utf8), salt: Array("NaCl".utf8), count: 64)
        #expect(Hex.text(try #require(key)).hasPrefix("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830"))
    }

    @Test func `is refused for a cost that is no power of two`() {
        #expect(Scrypt(n: 1000, r: 8, p: 1).derive(password: [1], salt: [2], count: 32) == nil)
    }
}

@Suite struct `A sealed box` {
    let key = [UInt8](0..<32)
    let nonce = [UInt8](0..<12)

    @Test func `opens to what was put in`() {
        let box = AESGCM.seal(Array("secret".utf8), key: key, nonce: nonce)
        #expect(AESGCM.open(box, key: key) == Array("secret".utf8))
    }

    @Test func `does not open once any bit has changed`() {
        let box = AESGCM.seal(Array("secret".utf8), key: key, nonce: nonce)
        for index in box.indices {
            var changed = box
            changed[index] ^= 1
            #expect(AESGCM.open(changed, key: key) == nil)
        }
        #expect(AESGCM.open(Array(box.prefix(20)), key: key) == nil)
        #expect(AESGCM.open(box, key: [UInt8](1...32)) == nil)
    }
}
