import FinMeasure
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
            ])
        #expect(
            view.line
                == "2 of 4 s  40/s of 41/s  failed 4  turns 64  ttft p50 50.0 ms p99 99.0 ms")
    }

    @Test("no line is wider than the terminal, however large the numbers are")
    func width() {
        var view = LiveView(document: SyntheticRun.document(lengthSeconds: 100_000))
        for second in 0..<5 { view.update(snapshot(Int64(second), scale: 123_456_789)) }
        #expect((view.lines + [view.line]).allSatisfy { $0.count <= LiveView.width })
        #expect(view.lines.count == 5)
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
