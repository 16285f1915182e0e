import Testing

@testable import FinReport

@Suite struct CalibrationTests {
    private func level(
        _ name: String, _ share: Double, lag: UInt64, arrival: Int64
    ) -> Calibration.Level {
        Calibration.Level(
            name: name, share: share, conversationsPerSecond: 2000 * share,
            eventsPerSecond: 20_000 * share, scheduleLag: (lag / 2, lag, 70),
            harnessLag: (1000, 2000, 80), arrival: (arrival / 2, arrival), arrivals: 90)
    }

    private var calibration: Calibration {
        var made = Calibration()
        made.levels = [
            level("idle", 0, lag: 40_000, arrival: -3000),
            level("10 %", 0.1, lag: 90_000, arrival: 30_001),
            level("50 %", 0.5, lag: 60_000, arrival: 50_000),
            level("90 %", 0.9, lag: 900_000, arrival: 70_000),
        ]
        return made
    }

    @Test("the floor is a late start and a late arrival; an early arrival takes nothing from it")
    func floor() {
        #expect(calibration.levels.map(\.floor) == [40_000, 120_001, 110_000, 970_000])
    }

    @Test("the sentence names the worst floor up to half the load, rounded up")
    func sentence() {
        #expect(
            calibration.sentence
                == "up to 1000 conversations/s (10000 events/s) on this machine, differences under "
                + "121 us are not yours")
        #expect(Calibration().sentence == "nothing was measured")
    }

    @Test("calibration.csv has a row for each level, metric and statistic")
    func csv() {
        let lines = calibration.csv.split(separator: "\n")
        #expect(lines.count == 1 + 4 * 3 * 2)
        #expect(
            lines.prefix(7) == [
                "schema,level,share,conversations_per_s,events_per_s,metric,stat,unit,value,n",
                "1,idle,0,0,0,schedule_lag,p50,ns,20000,70",
                "1,idle,0,0,0,schedule_lag,p99,ns,40000,70",
                "1,idle,0,0,0,harness_lag,p50,ns,1000,80",
                "1,idle,0,0,0,harness_lag,p99,ns,2000,80",
                "1,idle,0,0,0,arrival_error,p50,ns,-1500,90",
                "1,idle,0,0,0,arrival_error,p99,ns,-3000,90",
            ])
        #expect(lines.last == "1,90 %,0.9,1800,18000,arrival_error,p99,ns,70000,90")
    }

    @Test("the table has a line for each level above the sentence")
    func text() {
        let lines = calibration.text.split(separator: "\n")
        #expect(lines.count == 6)
        #expect(lines[1].hasPrefix("idle") && lines[1].hasSuffix("-3.00 us"))
        #expect(lines[5] == calibration.sentence)
    }

    /// Tries a machine that does `rate` a second, and at most eight for each one at a time.
    private func peak(_ rate: Double, allowed: Int = 20_000) -> CalibrationPeak {
        var peak = CalibrationPeak(allowed: allowed)
        while let concurrency = peak.next { peak.take(rate: min(rate, Double(concurrency) * 8)) }
        return peak
    }

    @Test("conversations at a time double until the machine is the limit, not their length")
    func peaks() {
        #expect(peak(2000).tries.map(\.concurrency) == [300, 600])
        #expect(peak(2000).rate == 2000 && peak(2000).isFlat)
        #expect(peak(7000).tries.map(\.concurrency) == [300, 600, 1200, 2400])
        #expect(peak(7000).rate == 7000 && peak(7000).isFlat)
        #expect(peak(1e6).rate == 19_200 && !peak(1e6).isFlat)
    }

    @Test("the search for the peak keeps to what the files allow, and to the highest rate seen")
    func peakBounds() {
        #expect(peak(1e6, allowed: 700).tries.map(\.concurrency) == [300, 600, 700])
        // From 600 to 616 no machine's rate could grow by a tenth.
        #expect(!peak(1e6, allowed: 616).isFlat && !peak(1e6, allowed: 700).isFlat)
        #expect(peak(1e6, allowed: 300).tries.count == 1)
        #expect(!peak(1e6, allowed: 300).isFlat)
        var falling = CalibrationPeak(allowed: 20_000)
        falling.take(rate: 3000)
        falling.take(rate: 2500)
        #expect(falling.next == nil && falling.rate == 3000)
    }
}
