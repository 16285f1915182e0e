import Foundation
import Testing

@testable import FinSimulator

@Suite("An access token")
struct TokenTests {
    let signer = TokenSigner(key: Array("key".utf8))
    let channel = "fin_agent_api:app:c-1"

    @Test("carries its issue, an end three minutes later, its channel and its turn")
    func claims() throws {
        let token = signer.issue(channel: channel, turn: 2, now: 1000)
        let claims = try signer.read(token, now: 1179)
        #expect(claims == TokenClaims(iat: 1000, exp: 1180, channel: channel, turn: 2))
    }

    @Test("is a JWT with an HS256 header")
    func header() throws {
        let parts = signer.issue(channel: channel, turn: 1, now: 0).split(separator: ".")
        let header = try #require(Base64URL.decode(parts[0]))
        #expect(String(decoding: header, as: UTF8.self) == #"{"alg":"HS256","typ":"JWT"}"#)
        #expect(parts.count == 3)
    }

    @Test("is refused from its end on")
    func expiry() {
        let token = signer.issue(channel: channel, turn: 1, now: 1000)
        #expect(throws: TokenFault.expired) { try signer.read(token, now: 1180) }
    }

    @Test("is refused when any character is another one")
    func tampering() {
        let token = Array(signer.issue(channel: channel, turn: 1, now: 1000).utf8)
        for index in token.indices {
            var changed = token
            changed[index] =
                token[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let text = String(decoding: changed, as: UTF8.self)
            #expect(throws: TokenFault.malformed, "character \(index)") {
                try signer.read(text, now: 1000)
            }
        }
    }

    @Test(
        "of another key is refused, and so is what is no token",
        arguments: [
            "", "a", "a.b", "a.b.c", "..", "a.b.c.d",
        ])
    func foreign(text: String) {
        #expect(throws: TokenFault.malformed) { try signer.read(text, now: 0) }
        let other = TokenSigner(key: [1]).issue(channel: channel, turn: 1, now: 0)
        #expect(throws: TokenFault.malformed) { try signer.read(other, now: 0) }
    }

    @Test(
        "is signed with HMAC-SHA256",
        arguments: [
            (
                "what do ya want for nothing?", "Jefe",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            )
        ])  // RFC 4231, test case 2
    func mac(message: String, key: String, expected: String) {
        let mac = Libcrypto.hmacSHA256(key: Array(key.utf8), message: Array(message.utf8))
        #expect(mac.map { String(format: "%02x", $0) }.joined() == expected)
    }

    @Test(
        "base64url agrees with RFC 4648",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
        ])
    func base64(plain: String, encoded: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
        #expect(Base64URL.decode(Substring(encoded)) == Array(plain.utf8))
        #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
        #expect(Base64URL.decode("+/") == nil)
    }
}
