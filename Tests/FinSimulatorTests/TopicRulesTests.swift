import FinMeasure
import FinProfile
import Testing

@testable import FinSimulator

@Suite("A subscription to topics")
struct TopicRulesTests {
    private func rules(_ change: (inout SimulatorSettings.TopicWebhooks) -> Void = { _ in })
        -> TopicRules
    {
        var settings = SimulatorSettings.TopicWebhooks()
        change(&settings)
        return TopicRules(settings)
    }

    private func at(_ seconds: Int64) -> Instant {
        Instant(nanoseconds: 0) + .seconds(10_000 + seconds)
    }

    @Test(
        "repeats a failure once, a minute later",
        arguments: [WebhookAnswer.status(500), .status(404), .status(301), .timeout, .failed])
    func failures(answer: WebhookAnswer) {
        var rules = rules()
        #expect(rules.take(answer, failures: 0, now: at(0)) == .again(at: at(60)))
        #expect(rules.take(answer, failures: 1, now: at(60)) == .settled)
        #expect(rules.admit(made: at(0), now: at(61)) == .send)
    }

    @Test("ends with 410")
    func gone() {
        var rules = rules()
        #expect(rules.take(.status(410), failures: 0, now: at(0)) == .settled)
        #expect(rules.admit(made: at(0), now: at(100_000)) == .drop)
    }

    @Test("waits after 429, twice as long each time, and drops what is two hours old")
    func throttled() {
        var rules = rules()
        var now = at(0)
        for minutes in [1, 2, 4, 8, 16, 32, 64, 120, 120] {
            let end = now + .seconds(Int64(minutes) * 60)
            #expect(rules.take(.status(429), failures: 0, now: now) == .again(at: end))
            // Another answer of the same moment makes it no longer.
            #expect(rules.take(.status(429), failures: 0, now: now) == .again(at: end))
            #expect(rules.admit(made: now, now: now) == .wait(until: end))
            #expect(rules.admit(made: now, now: end) == .send)
            now = end
        }
        #expect(rules.admit(made: at(0), now: now) == .drop)
        #expect(rules.take(.status(202), failures: 0, now: now) == .settled)
        #expect(
            rules.take(.status(429), failures: 0, now: now) == .again(at: now + .seconds(60)))
    }

    @Test("drops everything for a quarter of an hour after too many errors in a row")
    func dropping() {
        var rules = rules { $0.errorLimit = 3 }
        _ = rules.take(.failed, failures: 0, now: at(0))
        _ = rules.take(.failed, failures: 0, now: at(0))
        _ = rules.take(.status(200), failures: 0, now: at(0))
        for _ in 0..<3 {
            #expect(rules.admit(made: at(0), now: at(1)) == .send)
            _ = rules.take(.timeout, failures: 0, now: at(1))
        }
        #expect(rules.admit(made: at(1), now: at(900)) == .drop)
        #expect(rules.admit(made: at(1), now: at(901)) == .send)
    }
}
