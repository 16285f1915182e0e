import FinTestSupport
import Testing

@testable import FinWire

@Suite("A notification of a human step")
struct HITLFieldsTests {
    private static let body = #"""
        {"type":"notification_event","data":{"x":[{"item":1}],"item":{"conversation_id":"c\u002d1",
        "step_id":"s","callback_url":"http://h/x","recent_messages":[{"body":"<p>a</p>"}],
        "attributes_to_collect":[{"identifier":"a","data_type":"list","options":[{"label":"L",
        "id":"o-1"},{"id":"o-2"}]},{"data_type":"boolean","identifier":"b"}]},"type":"t"},"id":"n"}
        """#

    private func scan(_ text: String) throws(WireError) -> HITLFields {
        var scanner = EventScanner()
        return try scanner.scanHITL(Array(text.utf8).span)
    }

    @Test("is read as far as an answer needs it")
    func whole() throws {
        let fields = try scan(Self.body)
        #expect(fields.conversationID == "c-1" && fields.stepID == "s")
        #expect(fields.callbackURL == "http://h/x" && fields.wrongTypes == 0)
        #expect(fields.attributes?.map(\.identifier) == ["a", "b"])
        #expect(fields.attributes?.map(\.dataType) == ["list", "boolean"])
        #expect(fields.attributes?.map(\.options) == [["o-1", "o-2"], []])
    }

    @Test("lacks what has another type, and says so")
    func types() throws {
        let fields = try scan(
            #"{"data":{"item":{"step_id":1,"conversation_id":null,"attributes_to_collect":[1,{}]}}}"#
        )
        #expect(fields.stepID == nil && fields.conversationID == nil)
        #expect(fields.attributes == [.init()] && fields.wrongTypes >= 2)
        #expect(try scan(#"{"data":[]}"#).wrongTypes == 1)
        #expect(try scan("{}") == HITLFields())
    }

    @Test("is refused where it is cut anywhere")
    func cut() {
        let bytes = Array(Self.body.utf8)
        for length in 0..<bytes.count - 1 {
            var scanner = EventScanner()
            #expect(throws: WireError.self) {
                try scanner.scanHITL(Array(bytes[..<length]).span)
            }
        }
    }

    @Test("whose answer came too late is told from one that nobody knows")
    func expired() throws {
        func says(_ message: String) throws -> Bool {
            var scanner = EventScanner()
            let text =
                #"{"type":"error.list","errors":[{"code":"not_found","message":\#(message)}]}"#
            return try scanner.scanError(Array(text.utf8).span).saysExpired
        }
        #expect(try says(#""This HITL request has expired""#))
        #expect(try !says(#""Resource Not Found""#))
        #expect(try !says("null"))
    }
}
