import FinMeasure
import FinProfile
import FinTestSupport
import Testing

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

@Suite("what a probe finds in a stream")
struct ProbeStreamTests {
    static let framings = SimulatorSettings.Framing.allCases
    static let versions = ["2.14", "2.15", "2.16", "Preview"]

    @Test("names version, framing and done signal", arguments: versions, framings)
    func combination(version: String, framing: SimulatorSettings.Framing) {
        let isOld = version < "2.16"
        let events = isOld ? ProbeSamples.oldVersion : ProbeSamples.newVersion
        let walk = ProbeWalk.over(events, framing)
        walk.evidence.version = version
        #expect(walk.words("framing").hasPrefix("\(framing.rawValue):"))
        #expect(walk.words("version").hasPrefix("asked \(version); behaves like"))
        #expect(walk.words("version").contains(isOld ? "2.14 or 2.15" : "2.16 or Preview"))
        #expect(walk.words("version").hasSuffix(", as asked"))
        let done = isOld ? "the stream's close" : "event fin_status_updated awaiting_user_reply"
        #expect(walk.words("done signal").hasPrefix(done))
        #expect(walk.basis("done signal").hasPrefix(isOld ? "inferred" : "seen"))
        #expect(walk.words("streaming") == "yes: 2 chunks in 1 stream")
        #expect(walk.basis("streaming") == "1 fin_replied part: 1 streamed, 0 not")
        let ids = framing == .plain ? "none:" : "\(events.count) ids:"
        #expect(walk.words("event ids").hasPrefix(ids))
        #expect(walk.seen.end == .reached)
    }

    @Test(
        "says when the behaviour is not the version asked for",
        arguments: [("2.14", true), ("2.16", false), ("2.17", true), ("Preview", false)])
    func otherVersion(version: String, sendsNew: Bool) {
        let events = sendsNew ? ProbeSamples.newVersion : ProbeSamples.oldVersion
        let walk = ProbeWalk.over(events, .plain)
        walk.evidence.version = version
        #expect(walk.words("version").contains("not as asked"))
    }

    @Test("findings do not depend on how the bytes are split", arguments: framings)
    func splits(framing: SimulatorSettings.Framing) {
        let comments = Array("\u{FEFF}:keepalive\r\n\r\nretry: 3000\n:again\n".utf8)
        let bytes = comments + ProbeSamples.bytes(ProbeSamples.newVersion, framing)
        var expected: [String: String] = [:]
        for (number, splitter) in ReadSplitter.allCases.enumerated() {
            var generator = TestSeed.generator(71, number)
            let walk = ProbeWalk()
            walk.post()
            walk.open()
            splitter.split(bytes, using: &generator) { walk.feed($0) }
            walk.end()
            var found: [String: String] = [:]
            for finding in walk.seen.findings { found[finding.subject] = finding.words }
            #expect(found["keepalives"] == "2 comment lines, retry asked: 3,000 ms")
            if expected.isEmpty { expected = found }
            #expect(found == expected, "\(splitter), \(TestSeed.note)")
        }
    }

    @Test("two quiet seconds end a stream that stays open")
    func quiet() {
        let walk = ProbeWalk()
        walk.post()
        walk.open()
        walk.feed(ProbeSamples.bytes(ProbeSamples.oldVersion).span)
        #expect(walk.expire(2900) == .none)
        #expect(walk.expire(3100) == .hangUp)
        walk.end(.hungUp)
        #expect(walk.words("done signal") == "2.00 s of quiet after the last part")
        #expect(walk.basis("done signal").hasPrefix("inferred"))
    }

    @Test("the done event of 2.16 beside the replies of 2.15 is named as what it is")
    func guideSample() {
        let events = ProbeSamples.oldVersion + [ProbeSamples.status("awaiting_user_reply", 744)]
        let walk = ProbeWalk.over(events, .plain)
        walk.evidence.version = "2.15"
        #expect(walk.words("version").contains("but sends the done event of 2.16"))
    }

    @Test("parts that are streamed are told from those that are not")
    func parts() {
        var events = ProbeSamples.newVersion
        events.insert(ProbeSamples.replied("replying", 730, stream: nil), at: 3)
        let walk = ProbeWalk.over(events, .plain)
        #expect(walk.basis("streaming") == "2 fin_replied parts: 1 streamed, 1 not")
    }

    @Test("an answer without chunks is not called streamed")
    func unstreamed() {
        let events = [
            ProbeSamples.replied("replying", 711, stream: nil),
            ProbeSamples.status("awaiting_user_reply", 744),
        ]
        let walk = ProbeWalk.over(events, .plain)
        #expect(walk.words("streaming") == "none: no chunk came")
        #expect(walk.words("replay") == "no chunks")
    }

    @Test("without a reply the version stays open", arguments: ["escalated", "resolved"])
    func noReply(status: String) {
        let events = [ProbeSamples.status(status, 480), ProbeSamples.status("complete", 512)]
        let walk = ProbeWalk.over(events, .plain)
        #expect(walk.words("version") == "asked 2.16; which it behaves like is open")
        #expect(walk.words("done signal").hasPrefix("event fin_status_updated \(status)"))
        #expect(walk.seen.end == .reached)
    }

    @Test("an answer without a stream is 2.17's, and not streaming")
    func noStream() {
        let walk = ProbeWalk()
        walk.post(ProbeSamples.answer(url: nil))
        #expect(walk.words("version").contains("behaves like 2.17"))
        #expect(walk.words("streaming").hasPrefix("not granted"))
        #expect(walk.words("framing").isEmpty)
        #expect(walk.seen.end == .reached)
    }

    @Test("chunks made before the stream was open are replayed")
    func replayed() {
        // Made 1 and 3 ms after the answer, 9 ms before the stream was open.
        let events = [
            ProbeSamples.chunk(0, "a", 1), ProbeSamples.chunk(1, "ab", 3),
            ProbeSamples.chunk(2, "abc", 900), ProbeSamples.replied("replying", 950),
            ProbeSamples.status("awaiting_user_reply", 960),
        ]
        let walk = ProbeWalk.over(events, .plain)
        #expect(walk.words("replay") == "2 of 3 chunks replayed, first index 0")
        #expect(walk.output.contains("replayed"))
    }

    @Test("what no documentation names is counted and named")
    func strangers() {
        let stranger = #"{"event_name":"fin_weather","conversation_id":"c-1","sky":"blue"}"#
        let status = ProbeSamples.status("daydreaming", 300)
        let walk = ProbeWalk.over([stranger, status, "no json"] + ProbeSamples.newVersion, .plain)
        #expect(
            walk.words("unknown")
                == "1 event (fin_weather), 1 status (daydreaming), 1 field (sky), "
                + "1 event not readable")
        #expect(walk.words("integrity") == "malformed_event, unknown_status")
    }

    @Test("odd streams are named as a run names them")
    func integrity() {
        var events = ProbeSamples.newVersion
        events.remove(at: 1)
        events.insert(ProbeSamples.chunk(3, "You can", 391), at: 1)
        let walk = ProbeWalk.over(events, .plain)
        #expect(walk.words("integrity") == "index_gap")
    }

    @Test("notes have a bound, and what comes after is counted")
    func bound() {
        let walk = ProbeWalk()
        walk.post()
        walk.open()
        let bytes = Array(String(repeating: "data: 1\n\n", count: 30_000).utf8)
        walk.feed(bytes.span)
        walk.end()
        #expect(walk.seen.entries.count == ProbeSession.entryLimit)
        #expect(walk.seen.lostCount > 10_000)
        #expect(walk.words("transcript").contains("found no room"))
    }
}
