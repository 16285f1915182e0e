import FinMeasure
import Testing

@testable import FinProfile

@Suite struct SlowQuestionTests {
    private let messages =
        "conversation: {messages: [{question: refund, turns: [How?, When?]}, Where?]}\n"

    @Test("a slow question is known by the texts of its turns, another is not slow")
    func known() throws {
        let profile = try parsed(messages + "simulator: {slow: {refund: 500ms}}")
        #expect(profile.simulator.extra(for: "How?") == .fixed(500e6))
        #expect(profile.simulator.extra(for: "When?") == .fixed(500e6))
        #expect(profile.simulator.extra(for: "Where?") == nil)
        guard case .object(let keys) = profile.json, case .object(let section)? = keys["simulator"]
        else {
            Issue.record("the profile has no simulator section in its JSON")
            return
        }
        #expect(section["slow"] == .object(["refund": .string("500ms")]))
    }

    @Test("built-in questions are known, and a question without a name by the hash that is shown")
    func names() throws {
        let builtIn = try parsed("simulator: {slow: {refund: {uniform: [1ms, 2ms]}}}")
        #expect(builtIn.simulator.extra(for: "How long does a refund take?") != nil)
        let hash = TextHash.words("Where?")
        let hashed = try parsed(messages + "simulator: {slow: {\(hash): 1s}}")
        #expect(hashed.simulator.extra(for: "Where?") == .fixed(1e9))
    }

    @Test("a name that no question has is refused with those that are there")
    func unknown() {
        let found = refusal(of: messages + "simulator: {slow: {refnd: 500ms}}")
        #expect(found?.contains("line 2") == true)
        #expect(found?.contains("names no question") == true)
        #expect(found?.contains("refund") == true)
    }

    @Test("the longest pause is the profile's own, else that of its target")
    func pause() throws {
        #expect(try parsed("name: a").allowedPause == .zero)
        let target = "target: {url: 'http://127.0.0.1:1'}\n"
        #expect(try parsed(target).allowedPause == .seconds(3))
        #expect(try parsed(target + "longest_pause: 15s").allowedPause == .seconds(15))
        #expect(try parsed(target + "longest_pause: 0s").allowedPause == .zero)
    }
}
