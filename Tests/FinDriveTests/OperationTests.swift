import FinMeasure
import FinProfile
import Foundation
import Testing

@testable import FinDrive
@testable import FinLoop

/// Operations: which there are, what they send, and how their calls end.
@Suite struct OperationTests {
    private func profile(_ operations: String) throws -> Profile {
        try Profile.parse(
            text: """
                scenarios:
                  - {name: chat, conversation: {turns: 3}}
                  - {name: tools, operations: \(operations)}
                """, source: "test.yaml")
    }

    private func refusal(_ operations: String) -> String? {
        do {
            _ = try OperationTable(try profile(operations))
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("every operation has a name of its own that a profile can hold")
    func names() {
        let names = OperationTable.names
        #expect(Set(names).count == names.count && names.contains("capabilities"))
        let letters = Set("abcdefghijklmnopqrstuvwxyz_")
        #expect(names.allSatisfy { !$0.isEmpty && $0.allSatisfy(letters.contains) })
    }

    @Test(
        "what a scenario cannot do is refused with its place",
        arguments: [
            ("[fly]", "operations[0] names the unknown operation \"fly\" (known: start"),
            ("[capabilities, escalate]", "operations[1] is escalate, which needs a conversation"),
            ("[ask, procedure_run]", "operations[1] is procedure_run, which opens a second"),
            ("[{name: ask, settings: {x: y}}]", "has a setting \"x\" that ask does not know"),
            (
                "[ask, {name: csat, settings: {rating: great}}]",
                "\"rating\" that is none of terrible, bad, ok, good, amazing"
            ),
            (
                "[{name: procedure_run, settings: {procedure: a/b}}]",
                "\"procedure\" that may hold only letters"
            ),
        ])
    func wrong(operations: String, words: String) {
        let message = refusal(operations) ?? ""
        #expect(message.contains("line 3") && message.contains(words), "\(message)")
        #expect(!message.contains("great"))
    }

    @Test("a table knows which turns are calls, and which scenarios may be billed")
    func table() throws {
        let profile = try profile("[capabilities, ask, csat, csat]")
        let table = try OperationTable(profile)
        let plan = try RunPlan(profile: profile, runID: "r")
        #expect(!table.isEmpty)
        #expect(table.kind(0, step: 1) == .message && table.step(0, 1) == nil)
        let kinds = (1...4).map { table.kind(1, step: $0) }
        #expect(kinds == [.call, .answeredCall, .call, .call])
        #expect(table.calls(plan) == ["tools.capabilities", "tools.csat"])
        #expect(table.isBillable(0) && table.isBillable(1))
        #expect(try !OperationTable(self.profile("[capabilities]")).isBillable(1))
        #expect(try OperationTable(Profile()).isEmpty)
    }

    @Test("a mix has a class for each scenario, operation and place, and no other")
    func classes() throws {
        let profile = try profile("[capabilities, ask, capabilities]")
        let plan = try RunPlan(profile: profile, runID: "r")
        let classes = Drive.classes(plan, try OperationTable(profile))
        #expect(
            classes.map { "\($0.name) \($0.turn.name) \($0.kind)" } == [
                "chat 1 message", "chat 2+ message", "tools.capabilities 1 call",
                "tools.ask 2+ answeredCall", "tools.capabilities 2+ call",
            ])
    }

    @Test("every operation sends JSON to a path of its own", arguments: OperationTable.names)
    func requests(name: String) throws {
        let type = try #require(OperationTable.all.first { $0.name == name })
        var settings = CallSettings(Profile.Operation(name: name))
        let operation = try type.init(&settings)
        let plan = try RunPlan(profile: try profile("[capabilities]"), runID: "r")
        var turn = TurnRecord()
        turn.conversation = 7
        var memory = CallMemory()
        for key in type.needs { memory[key] = "id-1" }
        let request = operation.request(
            CallContext(
                bodies: RequestBody(plan: plan), turn: turn, unixMilliseconds: 1000,
                memory: memory))
        #expect(request.path.hasPrefix("/") && !request.path.contains(" "))
        // A token is asked for with a form, as OAuth has it.
        if request.method != .get, !request.body.isEmpty, type.part != .token {
            let body = try JSONSerialization.jsonObject(with: Data(request.body))
            let object = try #require(body as? [String: Any])
            if type.opensConversation || type.needs.contains(.conversation) {
                #expect(object["conversation_id"] as? String == plan.conversationID(7))
            }
        }
    }

    // MARK: - a call in the state machine

    private func call(_ status: Int, isTaken: Bool) -> Walk {
        let walk = Walk()
        walk.conversation.record.kind = .call
        walk.conversation.begin(at: at(1))
        walk.conversation.postHeaders(status: status, at: stamp(10))
        _ = walk.conversation.postFinished(
            result(.complete, 11), fields: nil, callIsTaken: isTaken
        ) { _ in false }
        return walk
    }

    @Test("a call ends with its response; op_latency is from planned and from sent")
    func done() {
        for status in [200, 201, 204] {
            let walk = call(status, isTaken: true)
            #expect(walk.record.outcome == .done && walk.conversation.canGoOn)
            let spans = [Anchor.planned, .sent].map { walk.record.observe(.opLatency, from: $0) }
            #expect(
                spans == [.measured(.milliseconds(11)), .measured(.milliseconds(10))])
            #expect(walk.record.observe(.ttft, from: .planned) == .absent)
            #expect(walk.conversation.nextPlanned(afterThinking: .zero) >= at(11))
        }
    }

    @Test("a refused or unreadable call is censored, and named by status and code")
    func failed() {
        let refused = call(404, isTaken: false)
        refused.conversation.record.detail.code = APIErrorCode(wire: "not_found")
        #expect(refused.record.outcome == .httpError && !refused.conversation.canGoOn)
        #expect(refused.record.detail.name == "post_404_not_found")
        #expect(call(200, isTaken: false).record.detail.name == "malformed_response")
        for walk in [refused, call(200, isTaken: false)] {
            guard case .censored = walk.record.observe(.opLatency, from: .planned) else {
                Issue.record("a failed call has a latency")
                continue
            }
            // What a call cannot have it does not lack either.
            #expect(walk.record.observe(.ttft, from: .planned) == .absent)
        }
        #expect(APIErrorCode(wire: "made_up") == .other && APIErrorCode(wire: nil) == .none)
    }

    @Test("a call that is cut has no latency, and a turn of a conversation never has one")
    func outside() {
        let walk = Walk()
        walk.conversation.record.kind = .call
        walk.conversation.begin(at: at(1))
        _ = walk.cut(.drain, at: at(5))
        _ = walk.endPost(.hungUp, 6)
        #expect(walk.record.observe(.opLatency, from: .sent) == .cut)
        let message = Walk.streaming()
        #expect(message.record.observe(.opLatency, from: .sent) == .absent)
    }

    @Test("an operation answered on a stream keeps its latency when the stream breaks")
    func broken() {
        let walk = Walk()
        walk.conversation.record.kind = .answeredCall
        walk.conversation.begin(at: at(1))
        walk.post()
        walk.conversation.dialled(at: at(12))
        walk.open()
        walk.end(.connectionLost, 40)
        #expect(walk.record.outcome == .closedBeforeDone)
        #expect(walk.record.observe(.opLatency, from: .sent) == .measured(.milliseconds(10)))
        guard case .censored = walk.record.observe(.ttft, from: .sent) else {
            Issue.record("a broken answer has a ttft")
            return
        }
    }
}
