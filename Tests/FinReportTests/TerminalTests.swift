import FinMeasure
import FinProfile
import Foundation
import Testing

@testable import FinReport

@Suite struct TerminalTests {
    private func result(
        _ text: String, n: UInt64, slow: UInt64, cut: UInt64 = 0, dispersion: Double?,
        value: SLOValue? = nil
    ) throws -> SLOResult {
        let slo = try SLO.parse(text)
        let found = SLOTest(slo, confidence: 0.99)
            .judge(n: n, slow: slow, cut: cut, dispersion: dispersion)
        return SLOResult(slo: slo, value: value, judgement: found)
    }

    @Test("the SLOs' table shows the figures, and says why one is missed or open")
    func objectives() throws {
        let span = SLOValue.span(RankedValue(nanoseconds: 1_250_000_000, isLowerBound: true))
        let lines = SLOTable.lines([
            try result("ttft p95 < 2s", n: 13_126, slow: 12, dispersion: 1.26, value: span),
            try result(
                "error_rate < 0.5%", n: 13_126, slow: 120, dispersion: 1, value: .share(0.00914)),
            try result("ttft{turn=1} p99.9 < 1.5s", n: 300, slow: 0, dispersion: 1),
            try result("ttft p50 < 1s", n: 300, slow: 0, dispersion: nil),
            try result("ttft p90 < 1s", n: 90, slow: 0, cut: 30, dispersion: 1),
        ])
        #expect(
            lines == [
                "slo                                  value       n  slow allowed  needed cluster",
                "pass  ttft p95 < 2s              >= 1.25 s   13126    12     590       0     1.3",
                "FAIL  error_rate < 0.5%             0.91 %   13126   120      47       -       1",
                "      more slow turns than chance explains",
                "open  ttft{turn=1} p99.9 < 1.5s          -     300     0       -    4303       1",
                "      not enough data: 0 of 300 turns slow, allowed none yet; needs 4303 more",
                "      turns if none is slow, 4303 at the rate seen",
                "open  ttft p50 < 1s                      -     300     0     129       -       -",
                "      not enough data: turns over fewer than 20 blocks of 3 s do not show how",
                "      slow turns cluster",
                "open  ttft p90 < 1s                      -      90     0       2       -       1",
                "      not enough data: 30 of 120 turns were cut, more than may be slow",
            ])
        #expect(SLOTable.lines([]).isEmpty)
    }

    @Test("words of an SLO that are too long have a line to themselves")
    func longWords() throws {
        let text = "webhook_after_sse{scenario=conversation,turn=2+} p99.9 < 1500ms"
        let slo = SLO(
            text: text,
            subject: .percentile(.ttft, .planned, percentile: 50, below: .seconds(1)))
        let found = SLOTest(slo, confidence: 0.99).judge(n: 300, slow: 0, cut: 0, dispersion: 1)
        let lines = SLOTable.lines([SLOResult(slo: slo, value: nil, judgement: found)])
        #expect(lines[1] == "pass  " + text)
        #expect(lines[2].hasPrefix(String(repeating: " ", count: 32)) && lines[2].count == 80)
    }

    @Test("a text is broken at blanks within 80 columns, its later lines indented")
    func wrap() {
        let text = (1...60).map { "word\($0)" }.joined(separator: " ")
        for isHanging in [true, false] {
            let lines = TerminalSummary.wrap(text, indent: 6, isHanging: isHanging)
            #expect(lines.allSatisfy { $0.count <= 80 && $0.last != " " })
            #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("      word") })
            #expect(lines[0].hasPrefix("      ") == !isHanging)
            #expect(
                lines.joined(separator: " ").split(separator: " ").joined(separator: " ") == text)
        }
        #expect(TerminalSummary.wrap("") == [""])
    }

    @Test(
        "no line of a run's table is wider than 80 columns, with waits of minutes and a million n")
    func table() throws {
        var record = SeriesHistogram(metric: .ttft)
        for _ in 0..<1000 { record.record(.seconds(599)) }
        var counts = SeriesCounts(record, metric: .ttft)
        for _ in 0..<10 { counts.add(counts) }
        (counts.censored, counts.cut, counts.absent) = (99_999_999, 3, 5)
        counts.longestWait = .seconds(600)
        #expect(counts.n > 100_000_000)
        let run = RunRecord(
            directory: "", document: SyntheticRun.document(), isComplete: true,
            intervals: [Metric.ttft, .firstReply].map { metric in
                .init(
                    start: .zero, length: .seconds(1),
                    series: Series(
                        metric: metric, anchor: .sent, scenario: "chat", phase: .main,
                        turn: .first),
                    counts: counts)
            }, outcomes: [], health: [], turnsPath: nil)
        let lines = LatencyTable.lines(Rollup(run))
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(lines.contains { $0.hasPrefix("ttft sent") && $0.hasSuffix(">=600 s") })
        #expect(lines.contains { $0.hasPrefix("outside n: 5 absent, 3 cut: ttft, first_reply") })
    }

    @Test("a wait for the rate limit is a remark and leaves the integrity clean")
    func remarks() throws {
        func found(_ detail: String) -> FoundFlags {
            FoundFlags(
                RunRecord(
                    directory: "", document: SyntheticRun.document(), isComplete: true,
                    intervals: [],
                    outcomes: [
                        OutcomeRow(
                            scenario: "chat", phase: .main, turn: .first, start: .zero,
                            length: .seconds(1), outcome: .done, detail: detail, count: 4)
                    ], health: [], turnsPath: nil))
        }
        #expect(found("").integrity == "clean" && found("").remarks.isEmpty)
        #expect(found("waited_429").integrity == "clean")
        #expect(found("waited_429").remarks == "waited_429 4")
        #expect(found("index_gap+waited_429").integrity == "index_gap 4")
    }
}
