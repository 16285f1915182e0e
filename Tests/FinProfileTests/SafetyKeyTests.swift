import FinMeasure
import FinProfile
import Testing

@Suite struct SafetyKeyTests {
    @Test("every safety key is read in its own unit")
    func safety() throws {
        let safety = try parsed(
            """
            safety:
              max_conversations: 7000
              max_cost: 50 USD
              price_per_outcome: 0.85 USD
              max_escalations: 0
              rate_limit_floor: 50%
              max_per_user: 3
            """
        ).safety
        var expected = Profile.Safety()
        expected.maxConversations = 7000
        expected.maxCost = 50
        expected.pricePerOutcome = 0.85
        expected.maxEscalations = 0
        expected.rateLimitFloor = 0.5
        expected.maxPerUser = 3
        #expect(safety == expected)
    }

    @Test("stop rules are read with their windows")
    func rules() throws {
        let profile = try parsed(
            """
            on_429: wait
            abort_when:
              - error_rate > 20% over 30s
              - ttft p99.9 > 10s  over  1 m
              - post p50 > 500ms over 1500ms
              - error_rate > 0% over 10m
            """)
        #expect(profile.onRateLimit == .wait)
        #expect(
            profile.abortRules.map(\.subject) == [
                .errorRate(above: 0.2),
                .percentile(.ttft, .planned, percentile: 99.9, above: .seconds(10)),
                .percentile(.post, .none, percentile: 50, above: .milliseconds(500)),
                .errorRate(above: 0),
            ])
        #expect(
            profile.abortRules.map(\.window)
                == [.seconds(30), .seconds(60), .milliseconds(1500), .seconds(600)])
        #expect(profile.abortRules[1].text == "ttft p99.9 > 10s  over  1 m")
    }

    @Test("a target of this machine can be metered, one elsewhere unmetered; the cap follows")
    func metered() throws {
        let local = try parsed("target: {url: 'http://127.0.0.1:1', metered: true}")
        #expect(local.target?.isMetered == true && local.targetKind == .local)
        #expect(local.conversationCap == 100)
        let copy = try parsed("target: {region: us, metered: false}")
        #expect(copy.target?.isMetered == false && copy.targetKind == .live)
        #expect(copy.conversationCap == 100_000)
        #expect(try parsed("target: {region: us}").conversationCap == 100)
        #expect(try parsed("").conversationCap == 100_000)
    }

    @Test("a proxy elsewhere makes a target of this machine live and metered")
    func proxy() throws {
        let target = "target: {url: 'http://127.0.0.1:1', proxy: 'http://"
        let away = try parsed(target + "proxy.example.com:3128'}")
        #expect(away.isMetered && away.targetKind == .live && away.target?.isLoopback == true)
        let here = try parsed(target + "127.0.0.1:3128'}")
        #expect(!here.isMetered && here.targetKind == .local)
        let free = try parsed(target + "proxy.example.com:3128', metered: false}")
        #expect(!free.isMetered && free.targetKind == .live)
    }

    @Test("all of it is in the record of the run")
    func json() throws {
        let profile = try parsed(
            """
            on_429: wait
            abort_when: [error_rate > 20% over 30s]
            safety: {max_cost: 49.5 USD, max_escalations: 5, rate_limit_floor: 29%, max_per_user: 2}
            """)
        guard case .object(let keys) = profile.json else {
            Issue.record("not an object")
            return
        }
        #expect(keys["on_429"] == .string("wait"))
        #expect(keys["abort_when"] == .array([.string("error_rate > 20% over 30s")]))
        #expect(
            keys["safety"]
                == .object([
                    "max_conversations": .number(100_000), "max_cost": .string("49.5 USD"),
                    "price_per_outcome": .string("0.99 USD"), "max_escalations": .number(5),
                    "rate_limit_floor": .string("29%"), "max_per_user": .number(2),
                ]))
    }
}
