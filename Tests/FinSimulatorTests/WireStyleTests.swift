import FinMeasure
import FinProfile
import FinTestSupport
import Foundation
import NIOCore
import Testing

@testable import FinSimulator

@Suite("The style of a stream")
struct WireStyleTests {
    typealias Fault = SimulatorSettings.Fault

    static let faults: [Fault?] = [nil, .crlf, .cr, .multiLine]

    /// A whole turn as bytes, in the style of a fault.
    func stream(_ fault: Fault?, _ framing: SimulatorSettings.Framing) -> [UInt8] {
        var settings = SimulatorSettings()
        settings.seed = TestSeed.value
        settings.outcomes.resolved = 1
        settings.csat = 1
        let text = AnswerText()
        let rule = fault.map { SimulatorSettings.FaultRule($0, share: 1) }
        let script = ScriptWriter.script(
            settings: settings, text: text, number: 1, turn: 1, version: .v216, fault: rule)
        let subject = EventSubject(
            conversationID: "a:b,\"c\\", userID: "u", channel: "c", number: 1)
        var encoder = EventEncoder(framing: framing, text: text)
        return script.steps.enumerated().flatMap { serial, step in
            Array(
                encoder.encode(
                    step.action, of: script, about: subject, version: .v216, serial: serial,
                    created: 1_770_110_100_000
                ).readableBytesView)
        }
    }

    /// The events' JSON, normalised.
    func objects(_ stream: [UInt8]) throws -> [NSDictionary] {
        try NaiveEventParser(stream).events.map { event in
            let object = try JSONSerialization.jsonObject(with: Data(event.data))
            return try #require(object as? NSDictionary)
        }
    }

    @Test(
        "changes the bytes, and nothing of what they say", arguments: faults,
        SimulatorSettings.Framing.allCases)
    func meaning(fault: Fault?, framing: SimulatorSettings.Framing) throws {
        let plain = stream(nil, framing)
        let styled = stream(fault, framing)
        #expect((styled == plain) == (fault == nil), "\(TestSeed.note)")
        #expect(try objects(styled) == objects(plain), "\(TestSeed.note)")
        #expect(try objects(plain).count > 20)
    }

    @Test("ends every line as it says", arguments: [(Fault.crlf, "\r\n"), (.cr, "\r")])
    func lineEnds(fault: Fault, lineEnd: String) {
        let text = String(decoding: stream(fault, .named), as: UTF8.self)
        var rest = text
        // Scalars, as CR LF is one character.
        rest.unicodeScalars.removeAll { lineEnd.unicodeScalars.contains($0) }
        #expect(!rest.unicodeScalars.contains { $0 == "\n" || $0 == "\r" })
        let ends = text.utf8.count { $0 == UInt8(ascii: "\r") }
        #expect(text.utf8.count - rest.utf8.count == ends * lineEnd.utf8.count)
    }

    @Test("breaks data where JSON has white space, never inside a string")
    func pieces() {
        let json = Array(#"{"a":"x,\":y","b":[1,{"c":null}]}"#.utf8)
        var pieces: [String] = []
        WireStyle.visitPieces(of: json) { pieces.append(String(decoding: $0, as: UTF8.self)) }
        #expect(
            pieces == [#"{"a":"#, #""x,\":y","#, #""b":"#, "[1,", #"{"c":"#, "null}]}"])
    }

    @Test("splits an event in several places, one of them inside a character, all before its end")
    func splits() {
        for isLast in [false, true] {
            var chunk = HTTPChunk.wrap(ByteBuffer(string: "data: {\"a\":\"caf\u{E9}s\"}\n\n"))
            let end = chunk.readableBytes - 2
            if isLast { chunk.writeStaticString(HTTPChunk.end) }
            let found = WireStyle.splits(of: chunk.readableBytesView, isLast: isLast)
            let bytes = Array(chunk.readableBytesView)
            #expect(found == found.sorted() && found.first == 1 && found.last == end - 1)
            #expect(Array(bytes[(end - 3)..<end]) == Array("}\n\n".utf8))
            #expect(found.suffix(3) == [end - 3, end - 2, end - 1])
            #expect(found.contains { bytes[$0] == 0xA9 })
        }
    }

    @Test("a padded event has the size it was asked for", arguments: [1000, 65_536, 2_097_152])
    func padding(size: Int) throws {
        let subject = EventSubject(conversationID: "c", userID: "u", channel: "c", number: 1)
        for framing in SimulatorSettings.Framing.allCases {
            var encoder = EventEncoder(framing: framing, text: AnswerText("x"))
            let bytes = encoder.encode(
                .oddity(.padded(size)), of: TurnScript(), about: subject, version: .v216, serial: 0,
                created: 1_770_110_100_000)
            let events = NaiveEventParser(Array(bytes.readableBytesView)).events
            #expect(events.map(\.data.count) == [size])
            let data = Data(try #require(events.first).data)
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: data) }
        }
    }

    @Test("a broken-off event is no JSON, in whichever frame")
    func malformed() throws {
        let subject = EventSubject(conversationID: "c", userID: "u", channel: "c", number: 1)
        for framing in SimulatorSettings.Framing.allCases {
            var encoder = EventEncoder(framing: framing, text: AnswerText("x"))
            let bytes = encoder.encode(
                .oddity(.malformed), of: TurnScript(), about: subject, version: .v216, serial: 0,
                created: 0)
            let event = try #require(NaiveEventParser(Array(bytes.readableBytesView)).events.first)
            var data = Data(event.data)
            if framing == .enveloped {
                let envelope = try JSONSerialization.jsonObject(with: data) as? [String: Any]
                data = Data(try #require(envelope?["data"] as? String).utf8)
            }
            #expect(throws: (any Error).self) { try JSONSerialization.jsonObject(with: data) }
        }
    }
}
