import FinMeasure
import FinProfile
import Testing

@testable import FinReport

@Suite struct LiveViewTests {
    private func snapshot(_ second: Int64, scale: Double = 1) -> IntervalSnapshot {
        var ttft = SeriesHistogram(metric: .ttft)
        for step in 1...100 { ttft.record(.milliseconds(Int64(step))) }
        let key = OutcomeKey(
            scenario: 0, phase: .main, turn: .first, outcome: .done, detail: OutcomeDetail())
        var failed = key
        failed.outcome = .timeout
        return IntervalSnapshot(
            start: .seconds(second), length: .seconds(1), series: [],
            outcomes: [key: UInt64(30 * scale), failed: UInt64(2 * scale)],
            health: [
                HealthSample(thread: "load", metric: .offeredStarts, value: 41 * scale),
                HealthSample(thread: "load", metric: .starts, value: 40 * scale),
                HealthSample(thread: "load", metric: .inFlight, value: 12 * scale),
                HealthSample(thread: "load", metric: .openStreams, value: 9 * scale),
            ], turns: [], liveTTFT: ttft)
    }

    @Test("the block and the line of a run are these")
    func block() {
        var view = LiveView(document: SyntheticRun.document(lengthSeconds: 4))
        view.update(snapshot(0))
        view.update(snapshot(1))
        #expect(
            view.lines == [
                "golden (simulated)  [##########..........]  2 of 4 s",
                "starts    asked 41/s  got 40/s  begun 80 of 6",
                "now       in flight 12  open streams at least 9",
                "ttft      p50 50.0 ms  p99 99.0 ms  (last interval)",
                "turns     ended 64  failed 4  cut 0  new timeout 2",
                "p50 1 min  ▁▁", "p99 1 min  ▁▁",
            ])
        #expect(
            view.line
                == "2 of 4 s  40/s of 41/s  failed 4  turns 64  ttft p50 50.0 ms p99 99.0 ms")
    }

    @Test("on a narrow terminal no line is wider than it, and the same lines are there")
    func narrow() {
        var view = LiveView(document: SyntheticRun.document(lengthSeconds: 4))
        for second in 0..<90 { view.update(snapshot(Int64(second))) }
        for columns in [1, 10, 39, 40, 60, 79, 80, 200] {
            let lines = view.lines(columns: columns)
            #expect(lines.count == view.lines.count)
            #expect(lines.allSatisfy { $0.count <= min(columns, LiveView.width) })
        }
        // The last minute, or what of it fits.
        #expect(view.lines.last == "p99 1 min  " + String(repeating: "▁", count: 60))
        #expect(view.lines(columns: 40).last == "p99 1 min  " + String(repeating: "▁", count: 29))
    }

    @Test("a sparkline goes from its least to its most, with a blank for no value")
    func sparkline() {
        var line = Sparkline(limit: 4)
        #expect(line.text(width: 10).isEmpty)
        for value in [5, 100, nil, 250, 400] as [UInt64?] { line.add(value) }
        #expect(line.text(width: 10) == "▁ ▆█")
        #expect(line.text(width: 2) == "▁█")
        #expect(line.text(width: 0).isEmpty)
    }

    private func snapshot(
        _ second: Int64, outcomes: [Outcome: UInt64], ledger: RunDocument.Ledger? = nil
    ) -> IntervalSnapshot {
        let series = Series(
            metric: .ttft, anchor: .planned, scenario: "conversation", phase: .main, turn: .first)
        var values = SeriesHistogram(metric: .ttft)
        for _ in 0..<98 { values.record(.milliseconds(200)) }
        for _ in 0..<2 { values.record(.seconds(3)) }
        let counts = outcomes.map { outcome, count in
            let key = OutcomeKey(
                scenario: 0, phase: .main, turn: .first, outcome: outcome, detail: OutcomeDetail())
            return (key, count)
        }
        return IntervalSnapshot(
            start: .seconds(second), length: .seconds(1), series: [(key: series, values: values)],
            outcomes: Dictionary(uniqueKeysWithValues: counts),
            health: [HealthSample(thread: "load", metric: .starts, value: 100)], turns: [],
            ledger: ledger)
    }

    private func slo(_ text: String) throws -> SLO { try SLO.parse(text) }

    /// The ledger is the only judge of what may be billed: outcomes do not say it.
    private func ledger(billable: Int, escalated: Int) -> RunDocument.Ledger {
        RunDocument.Ledger(
            begun: 200, accepted: 0, answered: 0, escalated: escalated, users: 0,
            billable: billable, worstCaseUsd: nil)
    }

    @Test("a metered run shows what the ledger says may be billed so far, and its escalations")
    func money() {
        let document = SyntheticRun.document(lengthSeconds: 4)
        var view = LiveView(document: document, price: 0.99)
        #expect(view.lines.count == 8)
        view.update(
            snapshot(
                0, outcomes: [.done: 90, .escalated: 3, .timeout: 2],
                ledger: ledger(billable: 100, escalated: 5)))
        #expect(view.lines[5] == "cost      at most 99.00 USD so far  of 5.94 USD  escalated 5")
        #expect(
            view.line
                == "1 of 4 s  100/s of 0/s  failed 2  turns 95  at most 99.00 USD  ttft p50 - p99 -"
        )
        // A 5xx may hide a conversation that goes on; what the ledger counts stays counted.
        view.update(
            snapshot(
                1,
                outcomes: [.rateLimited: 4, .httpError: 3, .connectFailed: 2, .tlsFailed: 1],
                ledger: ledger(billable: 193, escalated: 6)))
        #expect(view.lines[5] == "cost      at most 191.07 USD so far  of 5.94 USD  escalated 6")
        // An interval that names no ledger changes nothing of it.
        view.update(snapshot(2, outcomes: [.done: 1]))
        #expect(view.lines[5] == "cost      at most 191.07 USD so far  of 5.94 USD  escalated 6")
        #expect(!LiveView(document: document).lines.contains { $0.hasPrefix("cost") })
    }

    @Test("each SLO shows what counts so far and what a verdict still needs")
    func objectives() throws {
        let texts = [
            "ttft p95 < 2s", "ttft p99 < 2s", "ttft p50 < 100ms", "ttft{turn=2+} p50 < 1s",
            "error_rate < 5%",
        ]
        var view = LiveView(
            document: SyntheticRun.document(lengthSeconds: 90), slos: try texts.map(slo))
        #expect(view.lines[5] == "slo       ttft p95 < 2s  n 0  slow 0  needs 90 more")
        view.update(snapshot(0, outcomes: [.done: 95, .timeout: 1, .cut: 4]))
        view.update(snapshot(1, outcomes: [.done: 100]))
        #expect(
            Array(view.lines[5..<(view.lines.count - 2)]) == [
                // With 4 slow, p95 passes from 229 turns on and p99 from 1157 on.
                "slo       ttft p95 < 2s  n 200  slow 4  needs 29 more",
                "slo       ttft p99 < 2s  n 200  slow 4  needs 957 more",
                "slo       ttft p50 < 100ms  n 200  slow 200  missed so far",
                "slo       ttft{turn=2+} p50 < 1s  n 0  slow 0  needs 7 more",
                "slo       error_rate < 5%  n 196  slow 1  met so far, 58 s to a verdict",
            ])
        view.update(snapshot(59, outcomes: [.done: 100]))
        #expect(view.lines[5].hasSuffix("n 300  slow 6  met so far"))
        let short = LiveView(
            document: SyntheticRun.document(lengthSeconds: 59), slos: [try slo("ttft p50 < 1s")])
        var ended = short
        ended.update(snapshot(0, outcomes: [.done: 100]))
        #expect(ended.lines[5].hasSuffix("met so far, too short for a verdict"))
    }

    @Test("at most eight SLOs have a line, none wider than the terminal")
    func manyObjectives() throws {
        let slos = try (1...20).map { try slo("server_chunk_gap{turn=2+} p99.\($0) < 1000000ms") }
        let view = LiveView(document: SyntheticRun.document(), slos: slos, price: 1)
        #expect(view.lines.count == 16 && view.lines.allSatisfy { $0.count <= LiveView.width })
    }

    @Test("no line is wider than the terminal, however large the numbers are")
    func width() {
        var view = LiveView(document: SyntheticRun.document(lengthSeconds: 100_000))
        for second in 0..<5 { view.update(snapshot(Int64(second), scale: 123_456_789)) }
        #expect((view.lines + [view.line]).allSatisfy { $0.count <= LiveView.width })
        #expect(view.lines.count == 7)
    }

    @Test("a view without any interval shows no figures, and after the arrivals it drains")
    func edges() {
        var view = LiveView(document: SyntheticRun.document())
        #expect(view.lines[3].contains("p50 -  p99 -"))
        view.update(snapshot(7))
        #expect(view.lines[0].hasSuffix("8 of 3 s, draining"))
        #expect(view.lines[0].contains("[####################]"))
    }
}

@Suite struct HumanTests {
    @Test(
        "spans have three significant digits and the unit that suits",
        arguments: [
            (UInt64(0), "0 ns"), (999, "999 ns"), (1000, "1.00 us"), (12_345, "12.3 us"),
            (999_400, "999 us"), (999_600, "1.00 ms"), (123_456_789, "123 ms"),
            (1_250_000_000, "1.25 s"), (60_000_000_000, "60.0 s"), (120_000_000_000, "2 min"),
            (605_000_000_000, "10 min 5 s"),
        ])
    func spans(nanoseconds: UInt64, text: String) {
        #expect(Human.span(nanoseconds) == text)
    }

    @Test("a lower bound says so, and no value is a dash")
    func bounds() {
        #expect(Human.span(RankedValue(nanoseconds: 1_000_000, isLowerBound: true)) == ">= 1.00 ms")
        #expect(Human.span(nil as RankedValue?) == "-")
        #expect(Human.span(signed: -1500) == "-1.50 us")
    }
}
