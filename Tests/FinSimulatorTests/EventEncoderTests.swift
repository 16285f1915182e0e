import FinProfile
import Foundation
import NIOCore
import Testing

@testable import FinSimulator

@Suite("The event encoder")
struct EventEncoderTests {
    let subject = EventSubject(
        conversationID: "ld-0001", userID: "u-77", channel: "fin_agent_api:lab9x2kq:ld-0001",
        number: 1)
    let streamID = "7c1f0e9ab2d34c5687f1a0b3c4d5e6f7"

    /// Milliseconds since 2026-02-03T09:15:00Z.
    func time(_ milliseconds: UInt64) -> UInt64 { 1_770_110_100_000 + milliseconds }

    func encode(
        _ events: [(TurnScript.Action, UInt64)], _ script: TurnScript, text: String = "x",
        version: APIVersion = .v216, framing: SimulatorSettings.Framing = .plain
    ) -> String {
        var encoder = EventEncoder(framing: framing, text: AnswerText(text))
        return events.enumerated().map { serial, event in
            String(
                buffer: encoder.encode(
                    event.0, of: script, about: subject, version: version, serial: serial,
                    created: time(event.1)))
        }.joined()
    }

    @Test("writes an immediate escalation byte for byte as documented")
    func escalation() {
        var script = TurnScript()
        script.reason = "Escalation requested by user"
        let stream = encode(
            [(.status(.escalated), 480), (.status(.complete), 512)], script)
        #expect(
            stream == """
                data: {"event_name":"fin_status_updated","conversation_id":"ld-0001","user_id":"u-77","status":"escalated","reason":"Escalation requested by user","created_at_ms":"2026-02-03T09:15:00.480Z"}

                data: {"event_name":"fin_status_updated","conversation_id":"ld-0001","user_id":"u-77","status":"complete","created_at_ms":"2026-02-03T09:15:00.512Z"}


                """)
        #expect(stream.utf8.count == 343)
    }

    var twoParts: (script: TurnScript, text: String) {
        var script = TurnScript()
        script.parts = [
            .init(textStart: 0, textLength: 23, streamID: streamID, messageID: "m-601"),
            .init(textStart: 24, textLength: 23, streamID: nil, messageID: "m-602"),
        ]
        return (script, "Refunds take five days. Is there anything else? ")
    }

    @Test("writes a streamed and an unstreamed part in the documented field order")
    func parts() {
        let (script, text) = twoParts
        let stream = encode(
            [
                (.chunk(part: 0, index: 0, length: 12), 1100), (.replied(part: 0), 1433),
                (.replied(part: 1), 1991),
            ], script, text: text)
        #expect(
            stream == """
                data: {"event_name":"fin_reply_chunk","conversation_id":"ld-0001","stream_id":"\(streamID)","chunk_index":0,"chunk_text":"Refunds take","status":"replying","created_at_ms":"2026-02-03T09:15:01.100Z"}

                data: {"event_name":"fin_replied","conversation_id":"ld-0001","user_id":"u-77","message":{"id":"m-601","author":"fin","body":"<p>Refunds take five days.</p>","timestamp_ms":"2026-02-03T09:15:01.433Z"},"status":"replying","stream_id":"\(streamID)","created_at_ms":"2026-02-03T09:15:01.433Z"}

                data: {"event_name":"fin_replied","conversation_id":"ld-0001","user_id":"u-77","message":{"id":"m-602","author":"fin","body":"<p>Is there anything else?</p>","timestamp_ms":"2026-02-03T09:15:01.991Z"},"status":"replying","created_at_ms":"2026-02-03T09:15:01.991Z"}


                """)
    }

    @Test(
        "says awaiting_user_reply in every fin_replied before 2.16",
        arguments: [APIVersion.v214, .v215])
    func oldReplied(version: APIVersion) {
        let (script, text) = twoParts
        let stream = encode([(.replied(part: 0), 0)], script, text: text, version: version)
        #expect(stream.contains("\"},\"status\":\"awaiting_user_reply\",\"stream_id\":"))
    }

    @Test("names events where the framing says so, around the same JSON")
    func named() {
        let (script, text) = twoParts
        let events: [(TurnScript.Action, UInt64)] = [(.replied(part: 1), 1200)]
        let plain = encode(events, script, text: text)
        let named = encode(events, script, text: text, framing: .named)
        let lines = named.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 5)
        #expect(lines[0].hasPrefix("id: ") && lines[0].hasSuffix("@1770110101200-0"))
        #expect(lines[1] == "event: message")
        #expect(lines[2] + "\n\n" == plain)
    }

    @Test("wraps the same JSON as a string in the vendor's envelope")
    func enveloped() throws {
        let text = "Say \"yes\",\nor pay 5 € – café. "
        var script = TurnScript()
        script.parts = [
            .init(
                textStart: 0, textLength: text.utf8.count, streamID: streamID, messageID: "m-1")
        ]
        let events: [(TurnScript.Action, UInt64)] = [(.replied(part: 0), 1200)]
        let plain = encode(events, script, text: text)
        let framed = encode(events, script, text: text, framing: .enveloped)
        let line = try #require(framed.split(separator: "\n").last).dropFirst(6)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect("data: \(object["data"] as? String ?? "")\n\n" == plain)
        #expect(object["timestamp"] as? Int == 1_770_110_101_200)
        #expect(object["channel"] as? String == "fin_agent_api:lab9x2kq:ld-0001")
        #expect(object["name"] as? String == "fin_agent_event")
        let head = "{\"id\":\"\(subject.identifier):0:0\",\"timestamp\":1770110101200,\"encoding\":"
        #expect(line.hasPrefix(head))
    }

    @Test("writes JSON that says what was meant, whatever the ids hold")
    func escaping() throws {
        let subject = EventSubject(
            conversationID: "a\"b\\c\n\u{1}–", userID: "ü", channel: "c", number: 1)
        var encoder = EventEncoder(framing: .plain, text: AnswerText("x"))
        let bytes = encoder.encode(
            .status(.resolved), of: TurnScript(), about: subject, version: .v216, serial: 0,
            created: time(0))
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes.readableBytesView.dropFirst(6)))
                as? [String: String])
        #expect(object["conversation_id"] == "a\"b\\c\n\u{1}–")
        #expect(object["user_id"] == "ü")
    }

    @Test("writes nothing where the stream ends without an event")
    func silence() {
        #expect(encode([(.close, 0), (.broken(.cut), 0)], TurnScript()) == "")
    }

    @Test("wraps a chunk in its hexadecimal size")
    func chunk() {
        let wrapped = HTTPChunk.wrap(ByteBuffer(string: "0123456789abcdefg"))
        #expect(String(buffer: wrapped) == "11\r\n0123456789abcdefg\r\n")
    }
}
