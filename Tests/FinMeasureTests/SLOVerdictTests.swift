import FinTestSupport
import Testing

@testable import FinMeasure

@Suite struct SLOVerdictTests {
    @Test(
        "the turns that pass at 99 % are the known ones",
        arguments: [
            (0.9, 0.0, 44), (0.95, 0, 90), (0.99, 0, 459), (0.999, 0, 4603),
            (0.99, 1, 662), (0.99, 2, 838), (0.99, 5, 1307), (0.99, 10, 2010),
        ])
    func known(percentile: Double, slow: Double, turns: UInt64) {
        let test = SLOTest(share: 1 - percentile, confidence: 0.99)
        #expect(test.turnsNeeded(slow: slow) == turns)
        #expect(test.verdict(n: Double(turns), slow: slow) == .pass)
        #expect(test.verdict(n: Double(turns - 1), slow: slow) == .notEnoughData)
        #expect(test.allowed(n: Double(turns)) == UInt64(slow))
    }

    @Test("a rate above the share allowed never passes, one far above it fails")
    func fails() {
        let test = SLOTest(share: 0.05, confidence: 0.99)
        #expect(test.turnsNeeded(rate: 0.05) == nil)
        #expect(test.turnsNeeded(rate: 0.01) != nil)
        #expect(test.verdict(n: 1000, slow: 90) == .fail)
        #expect(test.verdict(n: 1000, slow: 55) == .notEnoughData)
    }

    @Test("the turns needed at a rate are the fewest")
    func neededAtRate() throws {
        let test = SLOTest(share: 0.01, confidence: 0.99)
        let turns = try #require(test.turnsNeeded(rate: 0.005))
        #expect(test.verdict(n: Double(turns), slow: 0.005 * Double(turns)) == .pass)
        #expect(test.verdict(n: Double(turns - 1), slow: 0.005 * Double(turns - 1)) != .pass)
    }

    @Test("a run with more turns cut than may be slow decides nothing")
    func cut() {
        let test = SLOTest(share: 0.01, confidence: 0.99)
        let most = test.judge(n: 9900, slow: 0, cut: 100, dispersion: 1)
        #expect(most.verdict == .pass)
        let over = test.judge(n: 9899, slow: 0, cut: 101, dispersion: 1)
        #expect(over.verdict == .notEnoughData)
        #expect(over.reason.contains("101 of 10000 turns were cut"))
    }

    @Test("without enough blocks there is no verdict, with the reason")
    func short() {
        let test = SLOTest(share: 0.1, confidence: 0.99)
        let found = test.judge(n: 10_000, slow: 0, cut: 0, dispersion: nil)
        #expect(found.verdict == .notEnoughData)
        #expect(found.reason.contains("20 blocks of 3 s"))
        #expect(test.judge(n: 10_000, slow: 9_000, cut: 0, dispersion: nil).verdict != .fail)
    }

    @Test("clustered turns count for less")
    func dispersion() {
        let test = SLOTest(share: 0.01, confidence: 0.99)
        #expect(test.judge(n: 459, slow: 0, cut: 0, dispersion: 1).verdict == .pass)
        let clustered = test.judge(n: 459, slow: 0, cut: 0, dispersion: 2)
        #expect(clustered.verdict == .notEnoughData)
        #expect(clustered.needed == 459)
    }

    @Test("a pass leaves room for pauses that the run did not meet, with what is missing")
    func pauses() throws {
        let test = SLOTest(share: 0.05, confidence: 0.99)
        // Of 89 spells of 3 s all may be free of pauses that fill 5 %: 0.95^89 > 0.01 >= 0.95^90.
        let short = PauseGuard(pauseSeconds: 3, runSeconds: 267)
        let open = test.judge(n: 2670, slow: 0, cut: 0, dispersion: 1, pauses: short)
        #expect(open.verdict == .notEnoughData)
        #expect(open.allowed == nil)
        let needed = try #require(open.needed)
        #expect((1...30).contains(needed))
        #expect(open.neededAtRate == needed)
        #expect(open.reason.contains("pauses of 3.0 s"))
        let long = PauseGuard(pauseSeconds: 3, runSeconds: 270)
        #expect(test.judge(n: 2700, slow: 0, cut: 0, dispersion: 1, pauses: long).verdict == .pass)
        // Slow turns take from the room.
        let found = test.judge(n: 2700, slow: 27, cut: 0, dispersion: 1, pauses: long)
        #expect(found.verdict == .notEnoughData)
        let more = try #require(found.neededAtRate)
        let scale = Double(2700 + more) / 2700
        let enough = PauseGuard(pauseSeconds: 3, runSeconds: 270 * scale)
        let last = test.judge(
            n: 2700 + more, slow: UInt64(27 * scale), cut: 0, dispersion: 1, pauses: enough)
        #expect(last.verdict == .pass)
        // More slow turns than allowed fail whatever was not met.
        #expect(
            test.judge(n: 2700, slow: 400, cut: 0, dispersion: 1, pauses: short).verdict == .fail)
    }

    @Test("independent turns at the limit pass falsely in about 1 % of runs, clustered ones too")
    func simulation() {
        for clusters in [false, true] {
            var passes = 0
            for run in 0..<400 { passes += passesFalsely(run: run, clusters: clusters) ? 1 : 0 }
            // 1 % of 400 is 4; 16 has a probability below 1e-5 if the rate is 1 %.
            #expect(passes <= 16, "clusters: \(clusters), passes: \(passes)")
        }
    }

    /// One run of 460 s at 20 turns/s whose true slow share equals the share allowed, 5 %.
    private func passesFalsely(run: Int, clusters: Bool) -> Bool {
        var random = SeededGenerator(seed: TestSeed.value, stream: .test, index: UInt64(run))
        var intervals: [Overdispersion.Interval] = []
        var pause = 0
        for _ in 0..<460 {
            // A pause of 5 s begins in 1 % of the seconds and slows every turn of it.
            if clusters, pause == 0, random.unit() < 0.010_42 { pause = 5 }
            var interval = Overdispersion.Interval(turns: 20)
            for _ in 0..<20 {
                let slow = clusters ? pause > 0 : random.unit() < 0.05
                interval.slow += slow ? 1 : 0
            }
            if pause > 0 { pause -= 1 }
            intervals.append(interval)
        }
        let dispersion = Overdispersion.estimate(intervals, intervalSeconds: 1)
        let pauses = PauseGuard(pauseSeconds: 5, runSeconds: 460)
        let slow = intervals.reduce(0) { $0 + $1.slow }
        let test = SLOTest(share: 0.05, confidence: 0.99)
        let found = test.judge(
            n: 9200, slow: slow, cut: 0, dispersion: dispersion, pauses: pauses)
        return found.verdict == .pass
    }
}

@Suite struct OverdispersionTests {
    @Test("fewer than 20 blocks of 3 s give none")
    func short() {
        let second = Overdispersion.Interval(turns: 10, slow: 1)
        let run = Array(repeating: second, count: 59)
        #expect(Overdispersion.estimate(run, intervalSeconds: 1) == nil)
        #expect(Overdispersion.estimate(run + [second], intervalSeconds: 1) == 1)
        #expect(Overdispersion.estimate(Array(run.prefix(39)), intervalSeconds: 2) == nil)
    }

    @Test("empty intervals at the ends are no part of the run")
    func trims() {
        let silence = Array(repeating: Overdispersion.Interval(), count: 50)
        let run = Array(repeating: Overdispersion.Interval(turns: 5, slow: 0), count: 40)
        #expect(Overdispersion.estimate(silence + run + silence, intervalSeconds: 1) == nil)
    }

    @Test("one block that holds every slow turn disperses them by Pearson's sum")
    func pause() throws {
        var run = Array(repeating: Overdispersion.Interval(turns: 10, slow: 0), count: 60)
        for second in 0..<3 { run[second].slow = 10 }
        let found = try #require(Overdispersion.estimate(run, intervalSeconds: 1))
        // B = 20 blocks of 30 turns, r = 0.05: (28.5^2 + 19 * 1.5^2) / (30 * 0.05 * 0.95) / 19 = 600/19,
        // of which the excess over 1 counts twice.
        #expect(abs(found - (1 + 2 * (600.0 / 19 - 1))) < 1e-9)
    }
}
