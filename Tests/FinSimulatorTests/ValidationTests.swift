import Foundation
import Testing

@testable import FinSimulator

@Suite("A request body")
struct ValidationTests {
    static let message =
        #""message":{"author":"user","body":"Hi","timestamp":"2026-02-03T09:15:00Z"}"#
    static let user = #""user":{"id":"u-1"}"#

    static func items(_ count: Int, _ item: String) -> String {
        "[" + Array(repeating: item, count: count).joined(separator: ",") + "]"
    }

    static func attributes(_ count: Int) -> String {
        "{" + (0..<count).map { "\"a\($0)\":\($0)" }.joined(separator: ",") + "}"
    }

    static func body(_ members: String...) -> String { "{" + members.joined(separator: ",") + "}" }

    func check(
        _ body: String, _ version: APIVersion = .v216, isStart: Bool = true
    ) throws(APIError) -> TurnCall {
        let request = try TurnRequest.parse(Data(body.utf8))
        return try Validation.check(
            request, version: version, operation: isStart ? .start : .reply)
    }

    static let id = #""conversation_id":"c-1""#
    static let attachment = #"{"type":"url","url":"https://example.test/a"}"#
    static let history = #"{"author":"agent","body":"b","timestamp":"2026-02-03T09:15:00Z"}"#

    static let refused: [(body: String, message: String)] = [
        ("", "Request body is not valid JSON"),
        ("{", "Request body is not valid JSON"),
        ("[]", "Request body has the wrong type"),
        ("{}", "conversation_id is required"),
        (body(#""conversation_id":"""#, message, user), "conversation_id is required"),
        (body(#""conversation_id":7"#, message, user), "conversation_id has the wrong type"),
        (body(id, user), "message is required"),
        (body(id, #""message":{"author":"user"}"#, user), "message is required"),
        (
            body(
                id, #""message":{"author":"bot","body":"b","timestamp":"2026-02-03T09:15"}"#, user),
            "message.author must be one of user, agent, fin"
        ),
        (
            body(id, #""message":{"body":"b","timestamp":"2026-02-03T09:15"}"#, user),
            "message.author must be one of user, agent, fin"
        ),
        (
            body(id, #""message":{"author":"user","body":"b"}"#, user),
            "message.timestamp must be an ISO 8601 date and time"
        ),
        (
            body(id, #""message":{"author":"user","body":"b","timestamp":"yesterday"}"#, user),
            "message.timestamp must be an ISO 8601 date and time"
        ),
        (body(id, message), "User ID is required"),
        (body(id, message, #""user":{}"#), "User ID is required"),
        (body(id, message, #""user":{"id":3}"#), "user.id has the wrong type"),
        (
            body(id, message, user, "\"attachments\":" + items(11, attachment)),
            "Cannot attach more than 10 attachments"
        ),
        (
            body(id, message, user, #""attachments":[{"type":"file","name":"n"}]"#),
            "An attachment is a url with url, or a file with name, content_type and data"
        ),
        (
            body(id, message, "\"user\":{\"id\":\"u\",\"attributes\":\(attributes(11))}"),
            "Cannot update more than 10 attributes at once."
        ),
        (
            body(
                id, message, user, "\"conversation_metadata\":{\"history\":\(items(11, history))}"),
            "Conversation history cannot contain more than 10 items"
        ),
        (
            body(
                id, message, user,
                "\"conversation_metadata\":{\"attributes\":\(attributes(11))}"),
            "Cannot update more than 10 attributes at once."
        ),
    ]

    @Test("with a mistake is refused with the documented message", arguments: refused)
    func refusals(body: String, message: String) {
        #expect(throws: APIError.invalid(message)) { try check(body) }
    }

    @Test("at every limit is taken")
    func limits() throws {
        let call = try check(
            ValidationTests.body(
                ValidationTests.id, ValidationTests.message,
                "\"user\":{\"id\":\"u\",\"attributes\":\(ValidationTests.attributes(10))}",
                "\"attachments\":" + ValidationTests.items(10, ValidationTests.attachment),
                "\"conversation_metadata\":{\"history\":"
                    + ValidationTests.items(10, ValidationTests.history)
                    + ",\"attributes\":\(ValidationTests.attributes(10))}"))
        #expect(call.conversationID == "c-1" && call.userID == "u" && call.body == "Hi")
    }

    @Test("of a reply ignores conversation_metadata")
    func reply() throws {
        let metadata =
            "\"conversation_metadata\":{\"attributes\":\(ValidationTests.attributes(11))}"
        let body = ValidationTests.body(
            ValidationTests.id, ValidationTests.message, ValidationTests.user, metadata)
        #expect(try check(body, isStart: false).conversationAttributeErrors.isEmpty)
    }

    @Test("needs no timestamp in Preview, but a whole one where it has one")
    func preview() throws {
        let bare = ValidationTests.body(
            ValidationTests.id, #""message":{"author":"user","body":"b"}"#, ValidationTests.user)
        #expect(try check(bare, .preview).timestamp == nil)
        let bad = bare.replacing(#""body":"b""#, with: #""body":"b","timestamp":"x""#)
        #expect(throws: APIError.self) { try check(bad, .preview) }
    }

    @Test("with an attribute that does not exist succeeds and says so")
    func attributeErrors() throws {
        let call = try check(
            ValidationTests.body(
                ValidationTests.id, ValidationTests.message,
                #""user":{"id":"u","attributes":{"unknown_plan":1,"plan":[2]}}"#,
                #""conversation_metadata":{"attributes":{"unknown":null}}"#))
        #expect(
            String(decoding: AttributeErrors.member(of: call), as: UTF8.self)
                == #","errors":{"user":{"attributes":{"unknown_plan":"User attribute 'unknown_plan' does not exist"}},"conversation":{"attributes":{"unknown":"Conversation attribute 'unknown' does not exist"}}}"#
        )
    }

    @Test(
        "names a version that is served",
        arguments: [
            ("2.14", APIVersion?.some(.v214)), ("2.15", .v215), ("2.16", .v216),
            ("Preview", .preview), ("Unstable", .preview), ("2.13", nil), ("2.17", nil), ("", nil),
            ("1.0", nil),
        ])
    func versions(header: String, version: APIVersion?) {
        #expect(APIVersion(header: header) == version)
    }

    @Test("that is refused gets the error envelope with a fresh request id")
    func envelope() throws {
        let bodies = (0..<2).map { _ in PostAnswer(APIError.unauthorized).body }
        let ids = try bodies.map { body in
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
            #expect(object["type"] as? String == "error.list")
            let errors = try #require(object["errors"] as? [[String: String]])
            #expect(errors == [["code": "unauthorized", "message": "Access Token Invalid"]])
            return try #require(UUID(uuidString: object["request_id"] as? String ?? ""))
        }
        #expect(ids[0] != ids[1])
    }
}
