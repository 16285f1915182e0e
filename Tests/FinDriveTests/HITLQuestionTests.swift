import FinMeasure
import FinProfile
import Foundation
import Testing

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

@Suite("A procedure's question to a human")
struct HITLQuestionTests {
    private static let body = #"""
        {"type":"notification_event","topic":"procedure.hitl_notification.created","id":"notif_1",
         "data":{"type":"notification_event_data","item":{"type":"procedure.hitl_notification",
         "conversation_id":"c-1","step_id":"s-1","hitl_question":"Grant it?","expires_at":null,
         "callback_url":"http://127.0.0.1:9/procedures/c-1/collect_agent_input",
         "attributes_to_collect":[
          {"identifier":"a","name":"A","label":"A","data_type":"boolean"},
          {"identifier":"b","name":"B","label":"B","data_type":"list",
           "options":[{"id":"o-1","label":"L"},{"id":"o-2","label":"M"}]},
          {"identifier":"c","data_type":"string"},{"identifier":"d","data_type":"integer"},
          {"identifier":"e","data_type":"decimal"},{"identifier":"f","data_type":"datetime"},
          {"identifier":"g","data_type":"novelty"}],"new":{"x":[1]}}}}
        """#

    private func values(_ profile: [String: String]) throws -> [String: Any] {
        let question = try #require(HITLQuestion(body: Array(Self.body.utf8), received: at(0)))
        let json = try JSONSerialization.jsonObject(with: Data(question.answer(profile)))
        let answer = try #require(json as? [String: Any])
        #expect(answer["step_id"] as? String == "s-1")
        let list = try #require(answer["attribute_values"] as? [[String: Any]])
        #expect(list.compactMap { $0["identifier"] as? String }.joined() == "abcdefg")
        return Dictionary(
            uniqueKeysWithValues: list.map { ($0["identifier"] as? String ?? "", $0["value"] ?? 0) }
        )
    }

    @Test("is read without its texts, and answered with a value for each attribute by its type")
    func standard() throws {
        let values = try values([:])
        #expect(values["a"] as? Bool == true)
        #expect(values["b"] as? String == "o-1")
        #expect(values["c"] as? String == "Approved")
        #expect(values["d"] as? Int == 1)
        #expect(values["e"] as? Double == 1.5)
        #expect((values["f"] as? String)?.hasPrefix("2026-") == true)
        #expect(values["g"] as? String == "")
    }

    @Test("is answered as the profile says: by identifier first, by type else")
    func profile() throws {
        let values = try values([
            "boolean": "false", "list": "o-2", "string": "plain", "c": "a \"quoted\"\nline",
            "integer": "-7", "datetime": "1770110000", "e": "not a number",
        ])
        #expect(values["a"] as? Bool == false)
        #expect(values["b"] as? String == "o-2")
        #expect(values["c"] as? String == "a \"quoted\"\nline")
        #expect(values["d"] as? Int == -7)
        #expect(values["f"] as? Int == 1_770_110_000)
        // For the server to refuse; the body stays JSON.
        #expect(values["e"] as? String == "not a number")
    }

    @Test(
        "is nothing where an answer would lack something",
        arguments: [
            "", "{}", #"{"data":{"item":{"conversation_id":"c","step_id":"s"}}}"#,
            #"{"data":{"item":{"conversation_id":1,"step_id":"s","callback_url":"u","attributes_to_collect":[]}}}"#,
        ])
    func unreadable(body: String) {
        #expect(HITLQuestion(body: Array(body.utf8), received: at(0)) == nil)
    }

    @Test(
        "has an answer whose end is named",
        arguments: [
            (200, "", HITLReply.accepted), (401, "", .unauthorized), (403, "", .forbidden),
            (404, "Resource Not Found", .notFound),
            (404, "This HITL request has expired", .expired), (409, "", .conflicting),
            (422, "", .invalid), (500, "", .otherStatus(500)), (204, "", .otherStatus(204)),
        ])
    func reply(status: Int, message: String, expected: HITLReply) {
        var error = ErrorFields()
        error.saysExpired = message.contains("expired")
        #expect(HITLReply(.complete, status: status, isLate: false, error: error) == expected)
        #expect(HITLReply(.hungUp, status: 0, isLate: true, error: nil) == .timedOut)
        #expect(HITLReply(.connectionLost, status: 0, isLate: false, error: nil) == .lost)
        #expect(HITLReply(.complete, status: 404, isLate: false, error: nil) == .notFound)
    }
}
