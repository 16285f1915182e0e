import FinMeasure
import FinProfile
import Testing

@Suite("hitl")
struct HITLProfileTests {
    private func parse(_ pairs: (key: String, value: String)...) throws -> Profile {
        try Profile.parse(text: Profile.quickstartText, source: "test.yaml", overrides: pairs)
    }

    @Test("is read whole, and nobody answers where it is left out")
    func whole() throws {
        var expected = Profile.HITL()
        expected.answerDelay = .uniform(low: 1e9, high: 2e9)
        expected.secondAnswers = 0.05
        expected.values = ["boolean": "false", "workflow_local_variables.a": "Yes"]
        let value =
            "{answer_delay: {uniform: [1s, 2s]}, second_answers: 5%, "
            + "values: {boolean: false, workflow_local_variables.a: 'Yes'}}"
        let profile = try parse(("hitl", value))
        #expect(profile.hitl == expected && profile.hasReceiver && !profile.hasWebhooks)
        #expect(try parse().hitl == nil)
        #expect(try parse(("hitl", "{second_answers: 1%}")).hitl?.values == [:])
    }

    @Test(
        "refuses a value that its type cannot have, without showing it",
        arguments: [
            "integer: canary", "integer: 1.5", "decimal: canary", "decimal: 1e3", "decimal: 01",
            "decimal: .5", "boolean: 'yes'", "datetime: canary", "datetime: 2026",
        ])
    func values(value: String) {
        if value == "datetime: 2026" {
            // A unix time stamp, if an old one.
            #expect(throws: Never.self) { try parse(("hitl", "{values: {\(value)}}")) }
            return
        }
        let error = #expect(throws: ProfileError.self) {
            try parse(("hitl", "{values: {\(value)}}"))
        }
        #expect(error.map { "\($0)" }?.contains("canary") == false)
    }

    @Test("needs the topic secret of a target, and no URL of the embedded simulator's topics")
    func secrets() throws {
        let hitl = (key: "hitl", value: "{second_answers: 1%}")
        let target = (key: "target.url", value: "http://127.0.0.1:9")
        #expect(throws: ProfileError.self) { try parse(hitl, target) }
        let named = (key: "webhooks", value: "{topic_secret_env: S}")
        #expect(try parse(hitl, target, named).webhooks.topicSecretVariable == "S")
        let url = (key: "simulator.topic_webhooks", value: "{url: 'http://127.0.0.1:1/'}")
        #expect(throws: ProfileError.self) { try parse(hitl, url) }
    }

    @Test("draws its delay by seed, conversation, turn and question alone")
    func draws() {
        var hitl = Profile.HITL()
        hitl.secondAnswers = 0.1
        let drawn = (0..<10_000).map {
            hitl.draw(seed: 1, conversation: $0, turn: 1, question: 0)
        }
        #expect(drawn.allSatisfy { (200...800).contains($0.delay.milliseconds) })
        // Five standard deviations of a share of 0.1 in 10,000.
        #expect(abs(drawn.count { $0.hasSecond } - 1000) < 150)
        let again = hitl.draw(seed: 1, conversation: 7, turn: 1, question: 0)
        #expect(again.delay == drawn[7].delay && again.hasSecond == drawn[7].hasSecond)
        let delays = (0..<10).map {
            hitl.draw(seed: 1, conversation: 7, turn: 1, question: $0).delay
        }
        #expect(Set(delays).count == delays.count)
    }

    @Test("of the simulator is read whole")
    func simulator() throws {
        let value =
            "{share: 20%, questions: 2, attributes: [boolean, list], expires_after: 60s, resume_delay: 10ms, "
            + "no_access: 1%, answered_elsewhere: 2%, elsewhere_after: 50ms, enabled: false}"
        var expected = SimulatorSettings.HITL()
        expected.share = 0.2
        expected.questions = 2
        expected.attributes = [.boolean, .list]
        expected.expiresAfter = 60e9
        expected.resumeDelay = .fixed(10e6)
        expected.noAccess = 0.01
        expected.answeredElsewhere = 0.02
        expected.elsewhereAfter = .fixed(50e6)
        expected.isEnabled = false
        let human = (key: "hitl", value: "{second_answers: 0%}")
        #expect(try parse(human, ("simulator.hitl", value)).simulator.hitl == expected)
        for wrong in ["attributes: []", "attributes: [x]", "questions: 0", "questions: 11"] {
            #expect(throws: ProfileError.self) {
                try parse(human, ("simulator.hitl", "{\(wrong)}"))
            }
        }
    }
}
