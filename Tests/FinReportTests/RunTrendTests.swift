import FinMeasure
import FinTestThreads
import Foundation
import SwiftCSV
import Testing

@testable import FinReport

/// `report --trend` on runs of ten turns each, made by arithmetic.
@Suite(.heavy) struct RunTrendTests {
    /// Writes a finished run whose every TTFT is so long.
    private func run(
        _ directory: TemporaryDirectory, _ number: Int, milliseconds: Double,
        profile: String = "golden", labels: [String: String] = [:]
    ) throws -> String {
        var document = SyntheticRun.document(intervalSeconds: 1, lengthSeconds: 10)
        document.runID = "run\(number)"
        document.profileName = profile
        document.labels = labels
        document.startedAt = "2026-11-\(10 + number)T08:00:00.000Z"
        document.slo = ["turn_time p90 < 5s"]
        let turns = (0..<10).map { index -> TurnRecord in
            var turn = SyntheticRun.turn(0, 1)
            turn.conversation = UInt64(index)
            turn.planned = Instant(nanoseconds: SyntheticRun.zero + UInt64(index) * 1_000_000_000)
            turn.sent = turn.planned
            turn.response = turn.planned
            turn.streamDial = turn.planned
            turn.streamOpen = turn.planned
            turn.firstChunk = turn.planned + Nanoseconds(Int64(milliseconds * 1e6))
            turn.firstReplied = turn.firstChunk
            turn.lastReplied = turn.firstChunk
            turn.done = turn.firstChunk
            turn.ended = turn.firstChunk ?? turn.planned
            return turn
        }
        let path = "\(directory.path)/\(profile)\(number)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        try SyntheticRun.write(
            to: path, turns: turns, document: document, metrics: [.ttft, .turnTime])
        try Report.finish(directory: path, slos: [])
        return path
    }

    private func gate(_ text: String) -> ComparisonGate? {
        text == "turn_time p90 < 5s"
            ? ComparisonGate(.percentile(.turnTime, .planned, 0.9), threshold: 0) : nil
    }

    private func trend(_ directory: TemporaryDirectory, last: Double) throws -> RunTrend {
        let spans = [400.0, 404, 396, 402, 398, 401, last]
        let paths = try spans.enumerated().map { index, span in
            try run(directory, index, milliseconds: span)
        }
        let other = try run(directory, 3, milliseconds: 9, profile: "other|one")
        // In no order: the trend sorts by when they began.
        return try RunTrend(directories: paths.reversed() + [other], parseSLO: gate)
    }

    @Test("a run outside of what the runs before it make usual is named, one inside is not")
    func band() throws {
        let directory = try TemporaryDirectory()
        let found = try trend(directory, last: 480)
        #expect(
            found.gates.map(\.name) == [
                "ttft.p50", "ttft.p95", "ttft.p99", "turn_time.p90", "error_rate",
            ])
        #expect(found.lines.map(\.profile) == ["golden", "other|one"])
        let runs = try #require(found.lines.first).runs
        #expect(runs.map(\.document.runID) == (0...6).map { "run\($0)" })
        #expect(runs.map { $0.points[0]?.isUnusual } == [nil, nil, nil, nil, nil, false, true])
        #expect(found.findings.count == 4)
        #expect(found.findings[0].contains("ttft.p50 of run6 is 480 ms, above the usual"))
        #expect(found.markdown.contains("other\\|one"))
        let second = try TemporaryDirectory()
        #expect(try trend(second, last: 400).findings.isEmpty)
        withExtendedLifetime(directory) {}
    }

    @Test("the band is Student's prediction interval of the logarithms")
    func usual() throws {
        #expect(RunTrend.usual([1, 2, 3, 4]) == nil)
        #expect(RunTrend.usual([1, 2, 3, 4, 0]) == nil)
        let found = try #require(RunTrend.usual([80, 90, 100, 110, 120].map { $0 * 1e6 }))
        // t(0.975, 4) = 2.7764; mean and deviation of the five logarithms by hand.
        let logarithms = [80.0, 90, 100, 110, 120].map { Foundation.log($0) }
        let mean = logarithms.reduce(0, +) / 5
        let variance = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
        let reach = 2.776445 * (variance * 1.2).squareRoot()
        #expect(abs(found.lowerBound / 1e6 - Foundation.exp(mean - reach)) < 1e-3)
        #expect(abs(found.upperBound / 1e6 - Foundation.exp(mean + reach)) < 1e-3)
    }

    @Test("CSV has a row for each run and figure, the page a chart for each line and figure")
    func outputs() throws {
        let directory = try TemporaryDirectory()
        let found = try trend(directory, last: 480)
        let table = try CSV<Named>(string: String(decoding: found.csv, as: UTF8.self))
        #expect(table.header == TrendText.columns)
        #expect(table.rows.count == 8 * 5)
        let last = table.rows.filter { $0["run_id"] == "run6" && $0["metric"] == "ttft.p50" }
        #expect(last.map { $0["value"] } == ["480"])
        #expect(last.map { $0["is_unusual"] } == ["1"])
        let path = "\(directory.path)/pages/trend.html"
        try found.write(to: path)
        let page = try String(contentsOfFile: path, encoding: .utf8)
        #expect(page.components(separatedBy: "<figure").count - 1 == 10)
        #expect(page.contains("other|one (simulated)"))
        _ = try Markings(page)
        let names = try found.writeCharts(to: "\(directory.path)/charts")
        #expect(names.contains("trend-1-ttft.p50.svg") && Set(names).count == 10)
    }
}
