import FinMeasure
import FinProfile
import FinTestThreads
import Foundation
import Testing

@testable import FinReport

/// What may be said of a plan when some of its slices are missing or were killed.
@Suite(.heavy) struct PartialMergeTests {
    private let count = 3
    private let rate = SLO(text: "error_rate < 5%", subject: .errorRate(below: 0.05))

    /// Two minutes of a slice, ten turns in every three seconds, one after another.
    private func write(
        _ index: Int, to path: String, fails: Bool = false, finishes: Bool = true,
        loss: String? = nil, hasSLO: Bool = true
    ) throws {
        var document = SyntheticRun.document(intervalSeconds: 3, lengthSeconds: 120)
        document.shard = .init(index: index, count: count)
        document.slo = hasSLO ? [rate.text] : []
        document.loss = loss
        let turns = (0..<400).map { place -> TurnRecord in
            var turn = SyntheticRun.turn(0, 1)
            turn.conversation = UInt64(place * count + index)
            turn.planned = Instant(
                nanoseconds: SyntheticRun.zero + UInt64(place) * 300_000_000)
            turn.ended = turn.planned + .milliseconds(200)
            if fails { turn.outcome = .httpError }
            return turn
        }
        try SyntheticRun.write(
            to: path, turns: turns, document: document, writesTurns: false, finishes: finishes,
            metrics: [])
    }

    private func merge(
        _ names: [String], in folder: TemporaryDirectory, to name: String = "merged",
        isPartial: Bool = true
    ) throws -> Report.Conclusion {
        let output = "\(folder.path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: output, withIntermediateDirectories: true)
        let parse: (String) -> SLO? = { $0 == rate.text ? rate : nil }
        try RunMerge(
            directories: names.map { "\(folder.path)/\($0)" }, isPartial: isPartial,
            parseSLO: parse
        ).write(to: output)
        return try Report.finish(directory: output, parseSLO: parse)
    }

    private func expect(
        _ conclusion: Report.Conclusion, _ result: Judgement.Result, exit: Int32
    ) {
        let judgement = conclusion.judgement
        #expect(judgement.result == result, "\(judgement.reasons)")
        #expect(conclusion.exitStatus == exit)
        #expect(conclusion.document.verdict?.result == result.rawValue)
    }

    @Test("what would pass whole is not enough data while a slice is missing or was killed")
    func survivors() throws {
        let folder = try TemporaryDirectory()
        for index in 0..<count { try write(index, to: "\(folder.path)/\(index)") }
        try write(2, to: "\(folder.path)/killed", finishes: false)
        let whole = try merge(["0", "1", "2"], in: folder)
        expect(whole, .pass, exit: 0)
        let missing = try merge(["0", "1"], in: folder)
        expect(missing, .notEnoughData, exit: 2)
        #expect(missing.judgement.warnings.contains(.slicesMissing(1, of: 3)))
        #expect(
            missing.judgement.reasons.first?.hasPrefix("1 missing of the plan's 3 slices") == true)
        #expect(missing.text.contains("NOT ENOUGH DATA"))
        let killed = try merge(["0", "1", "killed"], in: folder)
        expect(killed, .notEnoughData, exit: 2)
        #expect(
            killed.judgement.reasons.first?.hasPrefix("1 killed of the plan's 3 slices") == true)
        let warning = try #require(
            killed.judgement.warnings.first { $0.code == "slice_killed" })
        #expect(warning == .sliceKilled(2) && !warning.advice.contains("count as failed"))
        let both = try merge(["0", "killed"], in: folder)
        expect(both, .notEnoughData, exit: 2)
        #expect(both.judgement.reasons.first?.contains("1 missing and 1 killed") == true)
    }

    @Test("an objective that is missed stays missed, whatever slices lack")
    func failed() throws {
        let folder = try TemporaryDirectory()
        try write(0, to: "\(folder.path)/0", fails: true)
        try write(1, to: "\(folder.path)/1", finishes: false)
        for names in [["0", "1"], ["0"]] {
            let found = try merge(names, in: folder)
            expect(found, .fail, exit: 1)
            #expect(found.judgement.reasons.first?.hasPrefix(rate.text) == true)
        }
    }

    @Test("without objectives it is no success either")
    func noObjectives() throws {
        let folder = try TemporaryDirectory()
        for index in 0..<count { try write(index, to: "\(folder.path)/\(index)", hasSLO: false) }
        expect(try merge(["0", "1", "2"], in: folder), .noSLO, exit: 0)
        expect(try merge(["0", "1"], in: folder), .notEnoughData, exit: 2)
    }

    @Test("a killed slice is one in every later merge, and in a report of it")
    func steps() throws {
        let folder = try TemporaryDirectory()
        for index in 0..<2 { try write(index, to: "\(folder.path)/\(index)") }
        try write(2, to: "\(folder.path)/2", finishes: false)
        _ = try merge(["1", "2"], in: folder, to: "part")
        let found = try merge(["0", "part"], in: folder)
        expect(found, .notEnoughData, exit: 2)
        #expect(found.judgement.warnings.contains(.sliceKilled(2)))
        let again = try Report.finish(directory: "\(folder.path)/merged", slos: [rate])
        expect(again, .notEnoughData, exit: 2)
        let refusal = #expect(throws: ReportError.self) {
            try merge(["0", "part"], in: folder, isPartial: false)
        }
        #expect(refusal?.description.contains("slice that was killed (slice 2)") == true)
    }

    @Test("a lost slice whose turns were counted as failed may pass")
    func completed() throws {
        let folder = try TemporaryDirectory()
        for index in 0..<count {
            try write(index, to: "\(folder.path)/\(index)", loss: index == 1 ? "signal 9" : nil)
        }
        let found = try merge(["0", "1", "2"], in: folder, isPartial: false)
        expect(found, .pass, exit: 0)
        #expect(found.judgement.warnings.contains(.sliceLost(1, "signal 9")))
    }
}
