import FinMeasure
import FinProfile
import Foundation
import Testing

@Suite("simulator.webhooks")
struct SimulatorWebhooksTests {
    private func parse(_ value: String) throws -> SimulatorSettings.Webhooks? {
        try Profile.parse(
            text: Profile.quickstartText, source: "test.yaml",
            overrides: [(key: "simulator.webhooks", value: value)]
        ).simulator.webhooks
    }

    @Test("is read whole, and is nothing when left out")
    func whole() throws {
        let read = try parse(
            "{url: 'http://127.0.0.1:8080/fin?a=b', secret_env: S, delay: 20ms, duplicates: 1%, "
                + "reordered: 2%, bad_signature: 3%, retry_after: 5s}")
        var expected = SimulatorSettings.Webhooks(url: "http://127.0.0.1:8080/fin?a=b")
        expected.secretVariable = "S"
        expected.delay = .fixed(20e6)
        expected.duplicates = 0.01
        expected.reordered = 0.02
        expected.badSignatures = 0.03
        expected.retryAfter = 5e9
        #expect(read == expected)
        #expect(
            try Profile.parse(text: Profile.quickstartText, source: "t").simulator.webhooks == nil)
        #expect(
            try parse("{url: 'http://127.0.0.1:1/', secret_env: S}")?.delay == .fixed(50e6))
    }

    @Test(
        "is refused where it cannot work",
        arguments: [
            "{url: 'https://127.0.0.1/'}", "{url: 'http://a:canary@127.0.0.1/'}",
            "{secret: canary}",
            "{duplicates: 60%, reordered: 60%}", "{retry_after: 0s}", "{delay: soon}",
        ])
    func wrong(value: String) {
        let error = #expect(throws: ProfileError.self) { try parse(value) }
        #expect(error.map { "\($0)" }?.contains("canary") == false)
    }

    @Test("has a sibling for topics, with the rules of their subscription")
    func topics() throws {
        func parse(_ value: String) throws -> SimulatorSettings.TopicWebhooks? {
            try Profile.parse(
                text: Profile.quickstartText, source: "test.yaml",
                overrides: [(key: "simulator.topic_webhooks", value: value)]
            ).simulator.topicWebhooks
        }
        let url = "http://127.0.0.1:1/"
        var expected = SimulatorSettings.TopicWebhooks(.init(url: url))
        expected.delivery.secretVariable = "S"
        expected.delivery.duplicates = 0.01
        expected.throttle = 30e9
        expected.errorLimit = 7
        expected.dropFor = 60e9
        #expect(
            try parse(
                "{url: '\(url)', secret_env: S, duplicates: 1%, throttle: 30s, error_limit: 7, "
                    + "drop_for: 60s}") == expected)
        #expect(try parse("{url: '\(url)', secret_env: S}")?.errorLimit == 100)
        #expect(throws: ProfileError.self) { try parse("{error_limit: 0}") }
        #expect(throws: ProfileError.self) { try parse("{secret: S}") }
    }

    @Test("hands a secret over to the simulator's process")
    func handover() throws {
        var settings = SimulatorSettings()
        settings.webhooks = .init(url: "http://127.0.0.1:1/", secret: "s")
        let line = try JSONEncoder().encode(settings)
        #expect(try JSONDecoder().decode(SimulatorSettings.self, from: line) == settings)
    }
}
