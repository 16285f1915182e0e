import FinMeasure
import FinProfile
import FinTestSupport
import Foundation
import Testing

@testable import FinDrive

/// The bytes of the POSTs.
@Suite struct RequestBodyTests {
    private static func plan(_ change: (inout Profile) -> Void = { _ in }) throws -> RunPlan {
        var profile = Profile()
        profile.conversation.messages = [
            Profile.Question(name: "q", turns: ["Where is \"it\"?\n\u{1}\\é", "And now?"])
        ]
        change(&profile)
        return try RunPlan(profile: profile, runID: "r1")
    }

    private func text(_ body: inout RequestBody, turn: UInt32, milliseconds: UInt64) -> String {
        var record = TurnRecord()
        record.conversation = 7
        record.user = 3
        record.turn = turn
        return String(
            decoding: body.bytes(record, unixMilliseconds: milliseconds), as: UTF8.self)
    }

    @Test("a first turn's body, whole")
    func first() throws {
        var body = RequestBody(
            plan: try RequestBodyTests.plan {
                $0.conversation.attributes = ["plan": "pro", "b\"": "x\ty"]
            })
        #expect(
            text(&body, turn: 1, milliseconds: 1_770_110_101_204)
                == #"{"conversation_id":"fb-r1-7","message":{"author":"user","#
                + #""body":"Where is \"it\"?\n\u0001\\é","timestamp":"2026-02-03T09:15:01.204Z"},"#
                + #""user":{"id":"load-u-3","attributes":{"b\"":"x\ty","plan":"pro"}}}"#)
    }

    @Test("a later turn's body, whole: no attributes again")
    func later() throws {
        var body = RequestBody(
            plan: try RequestBodyTests.plan { $0.conversation.attributes = ["plan": "pro"] })
        #expect(
            text(&body, turn: 2, milliseconds: 0)
                == #"{"conversation_id":"fb-r1-7","message":{"author":"user","body":"And now?","#
                + #""timestamp":"1970-01-01T00:00:00.000Z"},"user":{"id":"load-u-3"}}"#)
    }

    @Test("every text comes back from a JSON reader as it was")
    func escaping() throws {
        for index in 0..<200 {
            var random = TestSeed.generator(index)
            var scalars = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...20, using: &random) {
                let range: ClosedRange<UInt32> =
                    .random(using: &random) ? 0...0x7F : 0x80...0xD7FF
                if let scalar = UnicodeScalar(UInt32.random(in: range, using: &random)) {
                    scalars.append(scalar)
                }
            }
            var bytes: [UInt8] = []
            bytes.append(json: String(scalars))
            let back = try JSONSerialization.jsonObject(
                with: Data(bytes), options: .fragmentsAllowed)
            #expect(back as? String == String(scalars), "case \(index), \(TestSeed.note)")
        }
    }

    @Test("equal seeds make equal bodies, and each millisecond another one")
    func equalBytes() throws {
        var one = RequestBody(plan: try RequestBodyTests.plan())
        var other = RequestBody(plan: try RequestBodyTests.plan())
        var seen: Set<String> = []
        for milliseconds: UInt64 in 1_770_000_000_000..<1_770_000_000_100 {
            let body = text(&one, turn: 1, milliseconds: milliseconds)
            #expect(text(&other, turn: 1, milliseconds: milliseconds) == body)
            #expect(seen.insert(body).inserted)
        }
    }
}
