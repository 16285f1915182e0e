import FinMeasure
import FinProfile
import Testing

/// `delivery:` and `webhooks:`; what is refused stands with the other wrong profiles.
@Suite("webhooks") struct WebhookKeysTests {
    private func parse(_ text: String) throws -> Profile {
        try Profile.parse(text: text, source: "test.yaml")
    }

    @Test("are read whole")
    func whole() throws {
        let read = try parse(
            """
            delivery: [sse, webhook]
            target: {url: 'http://127.0.0.1:1'}
            webhooks: {listen: '[::1]:8099', path: /fin, secret_env: A, previous_secret_env: B, \
            topic_secret_env: C, grace: 3s}
            """)
        var expected = Profile.Webhooks()
        expected.listen = .init(host: "::1", port: 8099)
        expected.path = "/fin"
        expected.secretVariable = "A"
        expected.previousSecretVariable = "B"
        expected.topicSecretVariable = "C"
        expected.grace = .seconds(3)
        #expect(read.webhooks == expected)
        #expect(read.hasStreams && read.hasWebhooks)
    }

    @Test("the embedded simulator needs no secret, and no run a receiver unless it says so")
    func defaults() throws {
        let alone = try parse("delivery: [webhook]")
        #expect(!alone.hasStreams && alone.hasWebhooks && alone.webhooks == .init())
        #expect(try parse("name: a").delivery == [.sse])
        // A base may have a receiver that a profile has no use for.
        #expect(try !parse("webhooks: {grace: 1s}").hasWebhooks)
        #expect(try parse("delivery: [webhook]\nslo: [first_reply p95 < 2s]").slo.count == 1)
    }

    @Test("run.json names the variables and nothing more")
    func json() throws {
        let profile = try parse(
            "delivery: [webhook]\nwebhooks: {secret_env: A, topic_secret_env: C, path: /fin}")
        guard case .object(let keys) = profile.json else { return #expect(Bool(false)) }
        #expect(keys["delivery"] == .array([.string("webhook")]))
        #expect(
            keys["webhooks"]
                == .object([
                    "listen": .string("127.0.0.1:0"), "grace": .string("10s"),
                    "path": .string("/fin"), "secret_env": .string("A"),
                    "topic_secret_env": .string("C"),
                ]))
    }
}
