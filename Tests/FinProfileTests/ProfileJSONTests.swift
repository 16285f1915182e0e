import FinMeasure
import FinProfile
import Foundation
import Testing

@Suite struct ProfileJSONTests {
    private func written(_ profile: Profile) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(profile.json), as: UTF8.self)
    }

    @Test("no message text, literal header or attribute value is written")
    func hidden() throws {
        let json = try written(
            try parsed(
                """
                target: {url: 'http://127.0.0.1:1', api_key_env: FIN_API_KEY, headers: {X-A: hunter2}}
                conversation: {messages: [hunter2], attributes: {plan: hunter2}}
                """))
        #expect(!json.contains("hunter2"))
        #expect(json.contains("\"api_key_env\":\"FIN_API_KEY\""))
        #expect(json.contains("\"X-A\":\"(hidden)\""))
        #expect(json.contains("\"messages\":{\"count\":1,\"hash\":\""))
    }

    @Test("a URL of the simulator's is written without its query")
    func queries() throws {
        let url = "{url: 'http://127.0.0.1:1/fin?token=hunter2', secret_env: S}"
        let json = try written(
            try parsed(
                """
                simulator: {webhooks: \(url), topic_webhooks: \(url), \
                connectors: {url: 'http://127.0.0.1:1/orders?token=hunter2#hunter2'}}
                """))
        #expect(!json.contains("hunter2"))
        #expect(json.components(separatedBy: "\"http://127.0.0.1:1/fin?…\"").count == 3)
        #expect(json.contains("\"http://127.0.0.1:1/orders?…\""))
    }

    @Test("values keep their units")
    func units() throws {
        let json = try written(
            try parsed(
                """
                conversation: {think_time: {lognormal: {median: 1.5s, p95: 12s}}}
                load: {stages: [{ramp_to: 0.5/s, over: 90s}], seed: 18446744073709551615}
                simulator: {faults: {cut: 29%}, rate_limit: 100/10s}
                """))
        #expect(json.contains("{\"lognormal\":{\"median\":\"1500ms\",\"p95\":\"12s\"}}"))
        #expect(json.contains("[{\"for\":\"90s\",\"from\":\"0/s\",\"to\":\"0.5/s\"}]"))
        #expect(json.contains("\"seed\":\"18446744073709551615\""))
        #expect(json.contains("\"faults\":{\"cut\":\"29%\"}"))
        #expect(
            json.contains("\"rate_limit\":\"100/10s\"") && json.contains("\"confidence\":\"99%\""))
    }

    @Test("the hash of the messages tells texts and their borders apart")
    func hashes() throws {
        let texts = ["[ab, c]", "[a, bc]", "[{turns: [ab, c]}]", "[{turns: [a]}]"]
        let written = try texts.map { try self.written(parsed("conversation: {messages: \($0)}")) }
        #expect(Set(written).count == texts.count)
    }
}
