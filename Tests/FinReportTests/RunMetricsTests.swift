import FinMeasure
import Testing

@testable import FinReport

/// The text of a metrics endpoint; a strict parser of others reads it in `.ci/check-metrics.py`.
@Suite struct RunMetricsTests {
    private func series(_ metric: Metric, _ anchor: Anchor) -> Series {
        Series(metric: metric, anchor: anchor, scenario: "chat", phase: .main, turn: .first)
    }

    private func snapshot(_ second: Int64) -> IntervalSnapshot {
        var spans = SeriesHistogram(metric: .ttft)
        for milliseconds in [5, 15, 30, 400] as [Int64] {
            spans.record(.milliseconds(milliseconds))
        }
        spans.record(.censored(waited: .seconds(9)))
        let done = OutcomeKey(
            scenario: 0, phase: .main, turn: .first, outcome: .done, detail: OutcomeDetail())
        return IntervalSnapshot(
            start: .seconds(second), length: .seconds(1),
            series: [
                (key: series(.ttft, .sent), values: spans),
                (key: series(.ttft, .planned), values: spans),
            ],
            outcomes: [done: 4],
            health: [
                HealthSample(thread: "load", metric: .starts, value: 5),
                HealthSample(thread: "load", metric: .inFlight, value: Double(second)),
                HealthSample(thread: "load", metric: .longestLoopGap, value: 2.5),
            ], turns: [])
    }

    private func lines(_ seconds: Int64) -> [String] {
        var metrics = RunMetrics(document: SyntheticRun.document())
        for second in 0..<seconds { metrics.update(snapshot(second)) }
        return metrics.text.split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
    }

    @Test("counters add up over intervals, gauges are the last reading, in base units")
    func values() {
        let found = lines(3)
        let labels =
            "scenario=\"\(SyntheticRun.document().scenarioName(0))\",phase=\"main\",turn=\"1\""
        #expect(found.contains("finbench_turns_total{\(labels),outcome=\"done\"} 12"))
        #expect(found.contains("finbench_starts_total{thread=\"load\"} 15"))
        #expect(found.contains("finbench_in_flight{thread=\"load\"} 2"))
        #expect(found.contains("finbench_longest_loop_gap_seconds{thread=\"load\"} 0.0025"))
        #expect(found.contains("finbench_elapsed_seconds 3"))
        #expect(found.suffix(2) == ["# EOF", ""])
    }

    @Test("buckets are cumulative; failed turns are slower than every bound and have no sum")
    func buckets() {
        let found = lines(2)
        let name = "gen_ai_client_operation_time_to_first_chunk_seconds"
        let labels =
            "{gen_ai_operation_name=\"invoke_agent\",gen_ai_provider_name=\"intercom\","
            + "scenario=\"chat\",phase=\"main\",turn=\"1\""
        for (bound, count) in [("0.01", 2), ("0.02", 4), ("0.04", 6), ("0.32", 6), ("0.64", 8)] {
            #expect(found.contains("\(name)_bucket\(labels),le=\"\(bound)\"} \(count)"))
        }
        #expect(found.contains("\(name)_bucket\(labels),le=\"+Inf\"} 8"))
        #expect(found.contains("\(name)_count\(labels)} 8"))
        let failed = "\(name)_bucket\(labels),error_type=\"_OTHER\""
        #expect(found.contains("\(failed),le=\"81.92\"} 0"))
        #expect(found.contains("\(failed),le=\"+Inf\"} 2"))
        #expect(found.count { $0.hasPrefix("\(name)_sum") } == 1)
        #expect(found.contains("# TYPE finbench_ttft_from_planned_seconds histogram"))
    }

    @Test("a family stands once, its unit at the end of its name")
    func families() {
        let types = lines(2).filter { $0.hasPrefix("# TYPE") }
        #expect(Set(types).count == types.count)
        for line in lines(2) where line.hasPrefix("# UNIT") {
            let words = line.split(separator: " ")
            #expect(words[2].hasSuffix("_" + words[3]))
        }
        for metric in Metric.allCases {
            for anchor in metric.anchors {
                let bounds = MetricFamily.of(metric, anchor).bounds
                #expect(bounds == bounds.sorted() && Set(bounds).count == bounds.count)
            }
        }
    }

    @Test("texts are escaped")
    func escapes() {
        var text = OpenMetricsText()
        text.family("a", .gauge, help: "b\nc")
        text.sample([("d", "e\"\\\n"), ("empty", "")], "1")
        #expect(
            text.text == "# TYPE a gauge\n# HELP a b\\nc\na{d=\"e\\\"\\\\\\n\"} 1\n# EOF\n")
    }
}
