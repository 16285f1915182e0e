import FinMeasure
import FinProfile
import FinTestSupport
import FinTestThreads
import Foundation
import SwiftCSV
import Testing

@testable import FinReport

/// The projections of the synthetic run, compared whole with the files in `Resources/golden`.
///
/// `FINBENCH_GOLDEN=<folder>` writes them to that folder instead; read every difference before
/// you keep them.
@Suite(.heavy) struct GoldenTests {
    static let files = [
        "run.json", "outcomes.csv", "turns.csv", "summary.csv", "histogram.csv", "intervals.csv",
        "heatmap.csv", "anatomy.csv", "slo.csv", "health.csv", "terminal.txt",
    ]

    private func report() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        try SyntheticRun.write(to: directory.path)
        let conclusion = try Report.finish(directory: directory.path, slos: SyntheticRun.slos)
        let text = conclusion.text.replacingOccurrences(of: directory.path, with: "results/r1")
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory.path)/terminal.txt"))
        return directory
    }

    @Test("every file of the synthetic run is the golden one", arguments: files)
    func golden(name: String) throws {
        let directory = try report()
        let text = try directory.text(name)
        if let folder = ProcessInfo.processInfo.environment["FINBENCH_GOLDEN"] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            return
        }
        let url = try #require(
            Bundle.module.url(
                forResource: name, withExtension: nil, subdirectory: "Resources/golden"))
        #expect(text == (try String(contentsOf: url, encoding: .utf8)))
    }

    @Test("making the projections again from the four files changes nothing")
    func again() throws {
        let directory = try report()
        let derived = Set(GoldenTests.files.dropFirst(3).dropLast())
        let before = try derived.map { try directory.text($0) }
        for name in derived {
            try FileManager.default.removeItem(atPath: "\(directory.path)/\(name)")
        }
        try Report.projectCSV(directory: directory.path) { text in
            SyntheticRun.slos.first { $0.text == text }
        }
        for (name, text) in zip(derived, before) {
            #expect(try directory.text(name) == text)
        }
    }

    @Test("bucket counts of histogram.csv add up to n of every row of summary.csv")
    func sums() throws {
        let directory = try report()
        let keys = ["scenario", "phase", "turn", "metric", "anchor"]
        var sums: [[String]: UInt64] = [:]
        for row in try CSV<Named>(string: try directory.text("histogram.csv")).rows {
            let key = keys.map { row[$0] ?? "" }
            sums[key, default: 0] += try #require(UInt64(row["count"] ?? ""))
            #expect(row["cumulative_count"] == "\(sums[key] ?? 0)")
        }
        let rows = try CSV<Named>(string: try directory.text("summary.csv")).rows
        #expect(rows.count > 100)
        for row in rows where row["metric"] != "error_rate" {
            #expect(row["n"] == "\(sums[keys.map { row[$0] ?? "" }] ?? 0)")
        }
    }

    @Test("measured, censored, absent and cut turns are all the turns planned")
    func denominator() throws {
        let directory = try TemporaryDirectory()
        try SyntheticRun.write(to: directory.path)
        let rollup = Rollup(try RecordReader.read(directory: directory.path))
        for metric in SyntheticRun.perTurn {
            for anchor in metric.anchors {
                let counts = try #require(rollup.main(metric, anchor))
                #expect(counts.n + counts.absent + counts.cut == 12)
            }
        }
    }

    @Test("the five parts of the anatomy add up to the mean TTFT of their turns")
    func anatomy() throws {
        let directory = try report()
        var sums: [String: Double] = [:]
        for row in try CSV<Named>(string: try directory.text("anatomy.csv")).rows {
            sums[row["at"] ?? "", default: 0] += Double(row["value"] ?? "") ?? .nan
        }
        var ttfts: [Double] = []
        try RecordReader.read(directory: directory.path).forEachTurn { turn in
            if let ttft = turn.ttft { ttfts.append(Double(ttft) / 1e6) }
        }
        let mean = ttfts.reduce(0, +) / Double(ttfts.count)
        #expect(abs((sums["all"] ?? 0) - mean) < 1e-5)
        #expect(sums.count == 4)
    }

    @Test("with several scenarios a scenario \"all\" holds their sum")
    func scenarios() throws {
        let directory = try TemporaryDirectory()
        var turns = SyntheticRun.turns()
        for index in turns.indices where index % 3 == 0 { turns[index].scenario = 1 }
        let document = SyntheticRun.document(scenarios: ["chat", "order"])
        try SyntheticRun.write(to: directory.path, turns: turns, document: document)
        let rollup = Rollup(try RecordReader.read(directory: directory.path))
        let key = Series(
            metric: .ttft, anchor: .planned, scenario: "all", phase: .main, turn: .all)
        let all = try #require(rollup.totals[key])
        #expect(all == rollup.main(.ttft, .planned))
        #expect(all.n + all.absent + all.cut == 12)
        #expect(rollup.main(.ttft, .planned) { $0 == "order" }?.n == 4)
    }

    @Test("heatmap buckets tile: every value falls between its bucket's edges", arguments: 0..<100)
    func heatmap(round: Int) {
        var random = SeededGenerator(seed: TestSeed.value, stream: .test, index: UInt64(round))
        let value = random.next() >> (24 + random.next() % 40)
        let bucket = HeatmapCSV.bucket(of: value)
        #expect(HeatmapCSV.edge(bucket) <= value, "\(TestSeed.note)")
        #expect(value < HeatmapCSV.edge(bucket + 1), "\(TestSeed.note)")
    }
}
