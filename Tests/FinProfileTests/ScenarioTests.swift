import FinMeasure
import FinTestSupport
import Testing

@testable import FinProfile

/// `scenarios:`, from the text to each conversation's draw.
@Suite struct ScenarioTests {
    private static let mixed = """
        conversation: {turns: 1, messages: [Top]}
        scenarios:
          - {name: chat, weight: 3, conversation: {turns: {uniform: [1, 3]}, messages: [A, B]}}
          - name: tools
            weight: 1
            think_time: 100ms
            operations:
              - capabilities
              - {name: ask, think_time: 2s, settings: {tone: dry}}
              - capabilities
        load: {rate: 100/s, duration: 10s}
        """

    private func plan(_ text: String) throws -> RunPlan {
        try RunPlan(profile: try parsed(text), runID: "r1")
    }

    @Test("a scenario has its own keys, and else those of conversation")
    func loading() throws {
        let profile = try parsed(Self.mixed)
        #expect(profile.scenarios.map(\.name) == ["chat", "tools"])
        #expect(profile.scenarios.map(\.weight) == [3, 1])
        guard case .conversation(let chat) = profile.scenarios[0].kind,
            case .operations(let tools) = profile.scenarios[1].kind
        else {
            Issue.record("the kinds are others")
            return
        }
        #expect(chat.turns == .uniform(low: 1, high: 3) && chat.messages.count == 2)
        #expect(chat.thinkTime == profile.conversation.thinkTime)
        #expect(tools.map(\.name) == ["capabilities", "ask", "capabilities"])
        #expect(tools.map(\.thinkTime) == [.fixed(1e8), .fixed(2e9), .fixed(1e8)])
        #expect(tools[1].settings == ["tone": "dry"])
    }

    @Test("an operation is a series of its own, wherever it stands in its scenario")
    func records() throws {
        let plan = try plan(Self.mixed)
        #expect(plan.recordNames == ["chat", "tools.capabilities", "tools.ask"])
        #expect([1, 2, 9].map { plan.record(scenario: 0, turn: $0) } == [0, 0, 0])
        #expect([1, 2, 3].map { plan.record(scenario: 1, turn: $0) } == [1, 2, 1])
        #expect(ScenarioName("tools.ask") == ScenarioName(scenario: "tools", operation: "ask"))
    }

    @Test("the mix drawn is that of the weights, and the same on every replay")
    func mix() throws {
        var generator = SeededGenerator(seed: TestSeed.value, stream: .test)
        for _ in 0..<20 {
            let weights = (0..<Int.random(in: 2...5, using: &generator)).map { _ in
                Int.random(in: 1...9, using: &generator)
            }
            let list = weights.enumerated().map {
                "{name: s\($0), weight: \($1), conversation: {}}"
            }.joined(separator: ", ")
            let seed = UInt64.random(in: 0...999, using: &generator)
            let text = "scenarios: [\(list)]\nload: {rate: 9/s, duration: 9s, seed: \(seed)}"
            let (one, two) = (try plan(text), try plan(text))
            let numbers = Array(0..<4000 as Range<UInt64>)
            let drawn = numbers.map { one.draft($0).scenario }
            // Whatever is asked first.
            let again = numbers.shuffled(using: &generator).map { ($0, two.draft($0).scenario) }
            #expect(again.allSatisfy { drawn[Int($0)] == $1 }, "\(TestSeed.note)")
            for (index, weight) in weights.enumerated() {
                let share = Double(weight) / Double(weights.reduce(0, +))
                let mean = 4000 * share
                // Five standard deviations: one false alarm in a million draws of a mix.
                let bound = 5 * (mean * (1 - share)).squareRoot()
                let count = Double(drawn.filter { $0 == index }.count)
                #expect(abs(count - mean) <= bound, "\(weights) \(index) \(TestSeed.note)")
            }
        }
    }

    @Test("each scenario draws its own turns, questions and think times")
    func draws() throws {
        let plan = try plan(Self.mixed)
        for number in 0..<500 as Range<UInt64> {
            let draft = plan.draft(number)
            let isChat = draft.scenario == 0
            #expect(isChat ? (1...3).contains(draft.turnCount) : draft.turnCount == 3)
            let text = plan.messageText(question: draft.question, turn: 1)
            #expect(isChat ? ["A", "B"].contains(text) : text == "Top")
            if isChat { continue }
            let thinks = [1, 2].map { plan.thinkTime(conversation: number, afterTurn: $0) }
            #expect(thinks == [.seconds(2), .milliseconds(100)])
        }
        // 3 of 4 with 2 turns in the mean, 1 of 4 with 3.
        #expect(abs(plan.expectedTurns / Double(plan.conversationLimit) - 2.25) < 1e-9)
    }

    @Test("one scenario that is the conversation plans what a profile without any plans")
    func alone() throws {
        let talk = "conversation: {turns: {uniform: [1, 3]}}"
        let load = "load: {rate: 50/s, duration: 10s}"
        let without = try plan("\(talk)\n\(load)")
        let with = try plan(
            "\(talk)\nscenarios: [{name: conversation, conversation: {}}]\n\(load)")
        let numbers = 0..<500 as Range<UInt64>
        #expect(numbers.map(without.draft) == numbers.map(with.draft))
        #expect(without.recordNames == with.recordNames && without.arrivals == with.arrivals)
    }

    @Test("what is shown loads again to an equal profile, and hides texts and settings")
    func show() throws {
        let shown = try Profile.shown(text: Self.mixed, source: "test.yaml")
        #expect(try parsed(shown) == (try parsed(Self.mixed)))
        let hidden = try Profile.shown(
            text: Self.mixed, source: "test.yaml", hidesPrivate: true)
        for word in ["dry", "Top", "[A, B]"] { #expect(!hidden.contains(word), "\(word)") }
        #expect(hidden.contains("capabilities"))
        let json = "\(try parsed(Self.mixed).json)"
        #expect(!json.contains("dry") && json.contains("capabilities"))
    }

    @Test(
        "objectives select by scenario and operation",
        arguments: [
            ("op_latency{scenario=tools,operation=ask} p99 < 1s", ["tools.ask"]),
            ("op_latency{operation=capabilities} p99 < 1s", ["tools.capabilities"]),
            ("error_rate{scenario=tools} < 1%", ["tools.capabilities", "tools.ask"]),
            ("ttft{scenario=chat} p95 < 1s", ["chat"]),
            ("error_rate < 1%", ["chat", "tools.capabilities", "tools.ask"]),
        ])
    func selectors(text: String, expected: [String]) throws {
        let plan = try plan(Self.mixed + "\nslo: [\"\(text)\"]")
        let slo = try #require(plan.profile.slo.first)
        #expect(plan.recordNames.filter(slo.selects) == expected)
    }

    @Test(
        "what cannot be is refused, with its place",
        arguments: [
            ("[{name: a}]", "lacks \"conversation\" or \"operations\""),
            ("[{weight: 2, conversation: {}}]", "lacks the key \"name\""),
            ("[{name: all, conversation: {}}]", "stands for all scenarios"),
            ("[{name: a, weight: 0, conversation: {}}]", "scenarios[0].weight \"0\""),
            ("[{name: a, operations: []}]", "is an empty list"),
            ("[{name: a, operations: [b], conversation: {}}]", "give only one of them"),
            ("[{name: a, conversation: {id: x}}]", "id is not a known key"),
            (
                "[{name: a, conversation: {}}, {name: a, operations: [b]}]",
                "scenarios[1] has the name \"a\" of another"
            ),
            ("[{name: a, operations: [b]}]\nslo: [\"ttft{scenario=c} p95 < 1s\"]", "only \"a\""),
            (
                "[{name: a, operations: [b]}]\nslo: [\"op_latency{operation=c} p95 < 1s\"]",
                "operation \"c\", which no scenario selected has"
            ),
            (
                "[{name: a, conversation: {}}]\nslo: [\"op_latency p95 < 1s\"]",
                "only scenarios with operations have op_latency"
            ),
        ])
    func wrong(scenarios: String, words: String) {
        let message = refusal(of: "scenarios: \(scenarios)") ?? ""
        #expect(message.contains(words) && message.contains(" line "), "\(message)")
    }
}
