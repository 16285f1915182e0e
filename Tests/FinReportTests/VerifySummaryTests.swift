import FinMeasure
import FinTestSupport
import Foundation
import Testing

@testable import FinReport

@Suite("The table of signature checks")
struct VerifySummaryTests {
    private static let names = ["600B-valid-1t", "600B-hmac-1t", "600B-limit-1t"]

    /// Three rounds; in the second the machine was slow for our own checks.
    private static let rounds: [[Int64]] = [
        [400, 1200, 380], [500, 1000, 400], [400, 1200, 380],
    ]

    private static func document() -> RunDocument {
        var document = SyntheticRun.document(scenarios: names)
        document.loadModel = RunDocument.batches
        document.profile = .object([
            "rounds": .number(3), "slice_ms": .number(10), "clock_reads_ns": .number(40),
            "libcrypto": .string("OpenSSL X"), "input": .string("generated"),
            "working_sets": .array([.string("600 B: 7 bodies")]),
            "batches": .object(["600B-valid-1t": .number(20), "600B-hmac-1t": .number(10)]),
        ])
        document.slo = []
        return document
    }

    private static func snapshot(_ round: Int) -> IntervalSnapshot {
        var series: [(key: Series, values: SeriesHistogram)] = []
        for (name, span) in zip(names, rounds[round]) {
            var values = SeriesHistogram(metric: .webhookVerify)
            values.record(Nanoseconds(span), count: 10)
            let key = Series(
                metric: .webhookVerify, anchor: .none, scenario: name, phase: .main, turn: .all)
            series.append((key, values))
        }
        return IntervalSnapshot(
            start: .seconds(Int64(round)), length: .seconds(1), series: series, outcomes: [:],
            health: names.map { HealthSample(thread: $0, metric: .cpu, value: 0.5) }, turns: [])
    }

    private static func finish() throws -> (text: String, summary: [Substring]) {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("finbench-verify-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let writer = try RecordWriter(
            directory: directory, document: document(), names: SyntheticRun.Names(),
            writesTurns: false)
        for round in 0..<3 { try writer.interval(snapshot(round)) }
        try writer.finish(SyntheticRun.totals(conversations: 0))
        let conclusion = try Report.finish(directory: directory, slos: [])
        #expect(conclusion.exitStatus == 0 && conclusion.document.warnings.isEmpty)
        let summary = try String(contentsOfFile: "\(directory)/summary.csv", encoding: .utf8)
        return (conclusion.text, summary.split(separator: "\n"))
    }

    @Test("a ratio is the median of its rounds, a rate is over processor time")
    func figures() throws {
        let (text, _) = try Self.finish()
        let rows = text.split(separator: "\n").filter { $0.contains("600B") }.map {
            $0.split(separator: " ").map(String.init)
        }
        // Ratios of the rounds: 3, 2, 3 and 0.95, 0.8, 0.95. CPU: (400 + 500 + 400) / 3 * 0.5 ns.
        #expect(
            rows[0] == [
                "600B", "1", "valid", "30", "20", "400", "ns", "500", "ns", "4615385", "0.95",
                "3.00",
            ])
        #expect(rows[1].suffix(2) == ["1764706", "0.32"])
        #expect(rows[2].last == "5172414")
        #expect(text.contains("got 50 %") && text.contains("600 B: 7 bodies"))
        // 40 ns of clock around 20 checks of 400 ns each.
        let words = text.split { $0.isWhitespace }.joined(separator: " ")
        #expect(words.contains("at most 0.5 % of a batch"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 || $0.contains("next:") })
    }

    @Test("the summary holds only the checks: their statistics, and a rate in 1/s")
    func summary() throws {
        let (_, rows) = try Self.finish()
        #expect(rows.count == 1 + 3 * 12)
        #expect(rows.dropFirst().allSatisfy { $0.contains(",webhook_verify,") })
        let rates = rows.filter { $0.contains(",rate,") }
        #expect(rates.count == 3 && rates.allSatisfy { $0.contains(",1/s,rate,") })
        #expect(rates[0].contains(",rate,4615385,0,,,30,0,0,0,1"))
    }
}
