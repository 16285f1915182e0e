import FinMeasure
import FinTestThreads
import Foundation
import Testing

@testable import FinReport

/// `compare` on records made by arithmetic: 60 s, 10 turns a second, two questions in turn.
@Suite(.heavy) struct RunComparisonTests {
    /// Writes a finished run whose every TTFT is 400 ms, varied by run and by block, plus `extra`.
    private func run(
        _ directory: TemporaryDirectory, _ name: String, factor: Double = 1,
        profile: String = "one", isValid: Bool = true, kind: TargetKind = .simulated,
        extra: (TurnRecord) -> Nanoseconds = { _ in .zero }
    ) throws -> String {
        var document = SyntheticRun.document(intervalSeconds: 1, lengthSeconds: 60)
        document.profile = .object([
            "question": .string(profile), "load": .object(["seed": .number(factor)]),
        ])
        document.runID = name
        document.target.kind = kind
        document.slo = []
        let turns = (0..<600).map { number -> TurnRecord in
            var turn = SyntheticRun.turn(0, 1)
            turn.conversation = UInt64(number)
            turn.question = UInt32(number % 2)
            turn.planned = Instant(nanoseconds: SyntheticRun.zero + UInt64(number) * 100_000_000)
            let late: Nanoseconds = isValid ? .microseconds(20) : .milliseconds(50)
            turn.sent = turn.planned + late
            turn.response = turn.sent.map { $0 + .milliseconds(2) }
            turn.streamDial = turn.response
            turn.streamOpen = turn.response
            let varied = factor * (1 + 0.05 * sin(Double(number / 30)) + 0.1 * Double(number % 7))
            let wait = Nanoseconds(Int64(400e6 * varied)) + extra(turn)
            turn.firstChunk = turn.planned + wait
            turn.firstReplied = turn.firstChunk
            turn.lastReplied = turn.firstChunk
            turn.done = turn.firstChunk
            turn.ended = turn.firstChunk ?? turn.planned
            return turn
        }
        let path = "\(directory.path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        try SyntheticRun.write(to: path, turns: turns, document: document)
        try Report.finish(directory: path, slos: [])
        return path
    }

    private func side(
        _ directory: TemporaryDirectory, _ name: String, factor: Double,
        extra: (TurnRecord) -> Nanoseconds = { _ in .zero }
    ) throws -> [String] {
        try [0.99, 1.01, 1, 1.005, 0.995].enumerated().map { index, own in
            try run(directory, "\(name)\(index)", factor: factor * own, extra: extra)
        }
    }

    @Test("five runs a side: ten percent more is slower, and every format says so")
    func slower() throws {
        let directory = try TemporaryDirectory()
        let request = RunComparison.Request(
            baseline: try side(directory, "a", factor: 1),
            candidate: try side(directory, "b", factor: 1.1))
        let found = try RunComparison(request)
        #expect(found.exitStatus == 1)
        #expect(
            found.gates.map(\.verdict) == [.slower, .slower, .slower, .same],
            "\(found.text)")
        #expect(found.headline.hasPrefix("SLOWER: ttft.p50 +"))
        #expect(found.headline.hasSuffix("(simulated: says nothing about Fin itself)"))
        #expect(found.text.split(separator: "\n").allSatisfy { $0.count <= 140 })
        #expect(found.markdown.contains("| ttft.p50 |"))
        let rows = String(decoding: found.csv, as: UTF8.self).split(separator: "\n")
        #expect(rows.count == 5 && rows.allSatisfy { $0.split(separator: ",").count > 12 })
        let json = try JSONSerialization.jsonObject(with: Data(try found.json()))
        let gates = try #require((json as? [String: Any])?["gates"] as? [[String: Any]])
        #expect(gates.map { $0["verdict"] as? String } == ["slower", "slower", "slower", "same"])
    }

    @Test("one run a side: no verdict without history, one with it")
    func history() throws {
        let directory = try TemporaryDirectory()
        var request = RunComparison.Request(
            baseline: [try run(directory, "a")],
            candidate: [try run(directory, "b", factor: 1.3)])
        let alone = try RunComparison(request)
        #expect(alone.exitStatus == 2 && alone.gates.allSatisfy { $0.low == nil })
        request.history = try side(directory, "h", factor: 1)
        request.gates = [RunComparison.Request.defaultGates[0]]
        #expect(try RunComparison(request).gates.map(\.verdict) == [.slower])
    }

    @Test("what must not be compared is refused with its reason, and compared when allowed")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        let plain = try run(directory, "plain")
        func refusal(_ other: String) -> ReportError? {
            #expect(throws: ReportError.self) {
                try RunComparison(.init(baseline: [plain], candidate: [other]))
            }
        }
        let profile = try run(directory, "profile", profile: "two")
        #expect(refusal(profile)?.message.contains("they differ in question;") == true)
        let kind = try run(directory, "kind", kind: .live)
        #expect(refusal(kind)?.message.contains("hit a live target") == true)
        #expect(refusal(plain)?.message.contains("is named twice") == true)
        let late = try run(directory, "late", isValid: false)
        #expect(refusal(late)?.code == .invalidRun)
        for (other, allowance) in [
            (profile, RunComparison.Allowance.profiles), (kind, .targets), (late, .invalid),
        ] {
            var request = RunComparison.Request(baseline: [plain], candidate: [other])
            request.allowances = [allowance]
            #expect(try RunComparison(request).notes.count == 1)
        }
    }

    @Test("a regression of one question from half a minute on is explained as such")
    func explanation() throws {
        let directory = try TemporaryDirectory()
        let half = Instant(nanoseconds: SyntheticRun.zero) + .seconds(30)
        let request = RunComparison.Request(
            baseline: [try run(directory, "a")],
            candidate: [
                try run(directory, "b") { turn in
                    turn.question == 1 && turn.planned >= half ? .milliseconds(500) : .zero
                }
            ])
        let words = try ComparisonExplanation(request).text
        #expect(words.contains("It is the question \"refund, \"now\"\""), "\(words)")
        #expect(words.contains("The other one changed by 0 ns."), "\(words)")
        #expect(words.contains("It begins about 30.0 s into the main phase."), "\(words)")
        #expect(words.contains("the largest part is"), "\(words)")
        #expect(words.contains("request req-0"), "\(words)")
        let same = try ComparisonExplanation(
            .init(baseline: request.baseline, candidate: [try run(directory, "c")])
        ).text
        #expect(same.contains("No question changed by 5 % or more."), "\(same)")
    }
}
