import FinTestSupport
import FinWire
import Testing

@Suite("Signatures")
struct SignatureTests {
    @Test(
        "a Fin webhook's known signature verifies and is made",
        arguments: SignatureVector.finWebhook)
    func finWebhook(vector: SignatureVector) {
        let verifier = WebhookVerifier(secret: vector.secret)
        #expect(verify(verifier, vector.signature, vector.message))
        #expect(!verify(verifier, vector.signature, vector.message + "\n"))
        #expect(header(verifier, vector.message) == vector.signature)
    }

    @Test("a topic webhook's known signature verifies and is made", arguments: SignatureVector.hub)
    func hub(vector: SignatureVector) { checkBody(.hub, vector) }

    @Test("a known user hash verifies and is made", arguments: SignatureVector.userHash)
    func userHash(vector: SignatureVector) { checkBody(.userHash, vector) }

    @Test(
        "a user hash can be keyed by the decoded secret instead",
        arguments: SignatureVector.userHashOfDecodedSecret)
    func decodedSecret(vector: SignatureVector) throws {
        let secret = try #require(base64URL(vector.secret))
        let key = SignatureKey(.userHash, secrets: [secret])
        #expect(secret.count == 32)
        #expect(sign(key, bytes(vector.message)) == vector.signature)
    }

    @Test(
        "a helpdesk request's known signature verifies and is made",
        arguments: SignatureVector.helpdesk)
    func helpdesk(vector: SignatureVector) throws {
        let timestamp = bytes(try #require(vector.timestamp))
        let key = SignatureKey(.helpdesk, secret: vector.secret)
        let message = bytes(vector.message)
        let signature = bytes(vector.signature)
        #expect(verify(key, signature, message, timestamp: timestamp))
        #expect(!verify(key, signature, message, timestamp: bytes("1770110108")))
        #expect(!verify(key, signature, message))
        #expect(
            sign(key, message, timestamp: timestamp) == vector.signature)
    }

    @Test("only the exact form is taken: prefix, 64 lower-case digits, nothing else")
    func form() {
        let vector = SignatureVector.finWebhook[0]
        let verifier = WebhookVerifier(secret: vector.secret)
        let digits = String(vector.signature.dropFirst(7))
        let refused = [
            "", "sha256=", digits, "sha1=" + digits, "SHA256=" + digits, "sha256:" + digits,
            " " + vector.signature, vector.signature + " ", vector.signature + "0",
            String(vector.signature.dropLast()), "sha256=" + digits.prefix(40),
            vector.signature + "," + vector.signature, "sha256=" + digits.uppercased(),
            "sha256=" + String(digits.dropLast()) + "g",
            "sha256=" + String(digits.dropLast()) + "/",
            "sha256=" + String(digits.dropLast()) + ":",
            "sha256=" + String(digits.dropLast()) + "`",
        ]
        for header in refused { #expect(!verify(verifier, header, vector.message), "\(header)") }
    }

    @Test("upper-case digits are taken only where asked for")
    func upperCase() {
        let vector = SignatureVector.finWebhook[0]
        let upper = "sha256=" + vector.signature.dropFirst(7).uppercased()
        let lenient = WebhookVerifier(secret: vector.secret, allowsUpperCase: true)
        #expect(verify(lenient, upper, vector.message))
        #expect(verify(lenient, vector.signature, vector.message))
        #expect(!verify(WebhookVerifier(secret: vector.secret), upper, vector.message))
    }

    @Test("every changed digit and every changed byte of the body is refused")
    func everyChange() {
        let vector = SignatureVector.finWebhook[0]
        let verifier = WebhookVerifier(secret: vector.secret)
        let signature = bytes(vector.signature)
        let body = bytes(vector.message)
        for index in signature.indices {
            var changed = signature
            changed[index] = signature[index] == 0x30 ? 0x31 : 0x30
            #expect(!verify(verifier, changed, body))
        }
        for index in body.indices {
            var changed = body
            changed[index] ^= 1
            #expect(!verify(verifier, signature, changed))
        }
    }

    @Test("an empty secret neither verifies nor signs, not even what it would have signed")
    func emptySecret() {
        // HMAC-SHA256 of the empty message with the empty key.
        let signed = "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        let verifier = WebhookVerifier(secret: "")
        #expect(!verify(verifier, signed, ""))
        #expect(!verify(WebhookVerifier(secret: "a", previousSecret: ""), signed, ""))
        #expect(header(verifier, "") == nil)
    }

    @Test("during a rotation both secrets verify and the new one signs")
    func rotation() {
        let vector = SignatureVector.finWebhook[0]
        let verifier = WebhookVerifier(secret: "new", previousSecret: vector.secret)
        let signed = header(verifier, vector.message)
        #expect(verify(verifier, vector.signature, vector.message))
        #expect(verify(verifier, signed ?? "", vector.message))
        #expect(signed == header(WebhookVerifier(secret: "new"), vector.message))
        #expect(!verify(WebhookVerifier(secret: "new"), vector.signature, vector.message))
    }

    @Test("secrets around the hash's block size and bodies around its blocks sign and verify")
    func blockEdges() {
        for secretCount in [1, 63, 64, 65, 128, 200] {
            let verifier = WebhookVerifier(secret: String(repeating: "k", count: secretCount))
            for bodyCount in [0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 1000] {
                let body = [UInt8](repeating: 0x62, count: bodyCount)
                let signed = bytes(verifier.header(for: body.span) ?? "")
                #expect(verify(verifier, signed, body))
                #expect(!verify(verifier, signed, body + [0x62]))
            }
        }
    }

    @Test("many threads may share a verifier")
    func shared() async {
        let vector = SignatureVector.finWebhook[1]
        let verifier = WebhookVerifier(secret: vector.secret)
        let verified = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    (0..<500).count { _ in verify(verifier, vector.signature, vector.message) }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(verified == 2000)
    }

    private func checkBody(_ scheme: SignatureScheme, _ vector: SignatureVector) {
        let key = SignatureKey(scheme, secret: vector.secret)
        let message = bytes(vector.message)
        #expect(verify(key, bytes(vector.signature), message))
        #expect(!verify(key, bytes(vector.signature), message + [0]))
        #expect(sign(key, message) == vector.signature)
    }
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

// Expectations cannot hold a span, so these take arrays.

private func verify(_ verifier: WebhookVerifier, _ header: [UInt8], _ body: [UInt8]) -> Bool {
    verifier.verify(header: header.span, body: body.span)
}

private func verify(_ verifier: WebhookVerifier, _ header: String, _ body: String) -> Bool {
    verify(verifier, bytes(header), bytes(body))
}

private func header(_ verifier: WebhookVerifier, _ body: String) -> String? {
    let body = bytes(body)
    return verifier.header(for: body.span)
}

private func verify(
    _ key: SignatureKey, _ signature: [UInt8], _ message: [UInt8], timestamp: [UInt8]? = nil
) -> Bool {
    guard let timestamp else { return key.verify(signature.span, of: message.span) }
    return key.verify(signature.span, timestamp: timestamp.span, message: message.span)
}

private func sign(
    _ key: SignatureKey, _ message: [UInt8], timestamp: [UInt8]? = nil
) -> String? {
    guard let timestamp else { return key.signature(of: message.span) }
    return key.signature(timestamp: timestamp.span, message: message.span)
}

/// Decodes base64url without padding.
private func base64URL(_ text: String) -> [UInt8]? {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var result: [UInt8] = []
    var bits = 0
    var bitCount = 0
    for byte in text.utf8 {
        guard let value = alphabet.firstIndex(of: byte) else { return nil }
        bits = bits << 6 | value
        bitCount += 6
        guard bitCount >= 8 else { continue }
        bitCount -= 8
        result.append(UInt8(bits >> bitCount & 0xFF))
    }
    return result
}
