import FinTestSupport
import Testing

@testable import FinMeasure

@Suite struct PercentileTests {
    @Test(
        "a rank is the ceiling of p n, and rounding of the product never adds one",
        arguments: [
            (0.5, 1, 1), (0.5, 2, 1), (0.95, 100, 95), (0.99, 459, 455), (0.999, 1000, 999),
            (0.07, 100, 7), (0.0, 10, 1), (1.0, 10, 10), (0.9999, 1_000_000_000, 999_900_000),
        ])
    func rank(percentile: Double, n: UInt64, rank: UInt64) {
        #expect(SeriesCounts.rank(of: percentile, among: n) == rank)
    }

    @Test("percentiles equal those of the sorted values, failures last", arguments: 0..<40)
    func againstSorted(round: Int) {
        var random = SeededGenerator(seed: TestSeed.value, stream: .test, index: UInt64(round))
        var dense = SeriesHistogram(metric: .ttft)
        var sorted: [UInt64] = []
        for _ in 0..<Int(random.next() % 500) {
            let value = random.next() >> (25 + random.next() % 30)
            if value > Metric.highestTrackable { continue }
            sorted.append(value)
            dense.record(Nanoseconds(Int64(value)))
        }
        let failures = Int(random.next() % 60)
        for _ in 0..<failures { dense.record(.censored(waited: .seconds(120))) }
        sorted.sort()
        let counts = SeriesCounts(dense, metric: .ttft)
        #expect(counts.n == UInt64(sorted.count + failures))
        for percentile in [0.0, 0.01, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1] {
            check(counts, sorted, percentile)
        }
        #expect(counts.minimum?.nanoseconds ?? 0 <= sorted.first ?? .max)
    }

    private func check(_ counts: SeriesCounts, _ sorted: [UInt64], _ percentile: Double) {
        guard counts.n > 0 else {
            #expect(counts.value(at: percentile) == nil)
            return
        }
        let rank = Int(SeriesCounts.rank(of: percentile, among: counts.n))
        guard rank <= sorted.count else {
            let waited: UInt64 = 120_000_000_000
            #expect(
                counts.value(at: percentile)
                    == RankedValue(
                        nanoseconds: max(waited, sorted.last ?? 0), isLowerBound: true),
                "\(TestSeed.note)")
            return
        }
        let exact = sorted[rank - 1]
        let found = counts.value(at: percentile)
        #expect(found?.isLowerBound == false, "\(TestSeed.note)")
        let nanoseconds = found?.nanoseconds ?? 0
        #expect(
            nanoseconds >= exact
                && nanoseconds <= min(sorted.last ?? 0, exact + exact / 1000 + 512),
            "\(TestSeed.note)")
    }

    @Test("the largest and smallest values are exact, and a failure makes the largest a bound")
    func extremes() {
        var dense = SeriesHistogram(metric: .ttft)
        dense.record(Nanoseconds(123_456_789))
        dense.record(Nanoseconds(987_654_321))
        var counts = SeriesCounts(dense, metric: .ttft)
        #expect(counts.minimum == RankedValue(nanoseconds: 123_456_789, isLowerBound: false))
        #expect(counts.maximum == RankedValue(nanoseconds: 987_654_321, isLowerBound: false))
        #expect(counts.value(at: 1)?.nanoseconds == 987_654_321)
        dense.record(.censored(waited: .milliseconds(50)))
        counts = SeriesCounts(dense, metric: .ttft)
        #expect(counts.maximum == RankedValue(nanoseconds: 987_654_321, isLowerBound: true))
    }

    @Test("a value above ten minutes ranks beyond every slot and keeps its length")
    func above() {
        var dense = SeriesHistogram(metric: .turnTime)
        dense.record(.seconds(1))
        dense.record(.seconds(2000))
        let counts = SeriesCounts(dense, metric: .turnTime)
        #expect(counts.n == 2)
        #expect(
            counts.maximum == RankedValue(nanoseconds: 2_000_000_000_000, isLowerBound: true))
    }

    @Test("a server frozen for 5 s of 60 shows in every percentile from p92 on")
    func goldenFreeze() throws {
        // 100 starts a second, an answer at once, the server frozen from 20 s to 25 s.
        var planned = SeriesHistogram(metric: .ttft)
        for number in 0..<6000 {
            let start = number * 10
            let answered = (20_000..<25_000).contains(start) ? 25_000 : start
            planned.record(.milliseconds(Int64(answered - start + 1)))
        }
        let counts = SeriesCounts(planned, metric: .ttft)
        let expected: [(Double, Double)] = [
            (0.9, 0.001), (0.92, 0.201), (0.95, 2.001), (0.99, 4.401), (0.999, 4.941),
            (1, 5.001),
        ]
        for (percentile, seconds) in expected {
            let value = try #require(counts.value(at: percentile))
            #expect(abs(Double(value.nanoseconds) / 1e9 - seconds) < 0.001 * seconds + 1e-6)
        }
        #expect(counts.n == 6000)
    }

    @Test("slow turns are those not below the limit, failures included")
    func slow() {
        var dense = SeriesHistogram(metric: .ttft)
        for step in 1...10 { dense.record(.milliseconds(Int64(step) * 100)) }
        dense.record(.censored(waited: .milliseconds(1)))
        let counts = SeriesCounts(dense, metric: .ttft)
        #expect(counts.slow(limit: .milliseconds(750)) == 4)
        #expect(counts.slow(limit: .seconds(2)) == 1)
    }

    @Test("adding counts is the same as recording into one histogram", arguments: 0..<20)
    func adds(round: Int) {
        var random = SeededGenerator(
            seed: TestSeed.value, stream: .test, index: UInt64(round), subindex: 7)
        var whole = SeriesHistogram(metric: .scheduleLag)
        var parts = [whole, whole, whole]
        for _ in 0..<300 {
            let value = Nanoseconds(Int64(random.next() >> (20 + random.next() % 43)))
            whole.record(value)
            parts[Int(random.next() % 3)].record(value)
        }
        var sum = SeriesCounts(metric: .scheduleLag)
        for part in parts { sum.add(SeriesCounts(part, metric: .scheduleLag)) }
        let expected = SeriesCounts(whole, metric: .scheduleLag)
        #expect(sum == expected, "\(TestSeed.note)")
        let few = parts.map { SeriesCounts($0, metric: .scheduleLag) }
        let many = few + Array(repeating: SeriesCounts(metric: .scheduleLag), count: 20)
        #expect(SeriesCounts.sum(few) == expected, "\(TestSeed.note)")
        #expect(SeriesCounts.sum(many) == expected, "\(TestSeed.note)")
        #expect(SeriesCounts.sum([]) == nil)
    }

    @Test("the interval of a median holds the ranks of the binomial table")
    func medianInterval() {
        // n = 20, 95 %: the 6th and the 15th value (any table of the sign test).
        let ranks = SeriesCounts.ranks(at: 0.5, among: 20, confidence: 0.95)
        #expect(ranks.low == 6)
        #expect(ranks.high == 15)
        let scarce = SeriesCounts.ranks(at: 0.99, among: 20, confidence: 0.95)
        #expect(scarce.high == nil)
    }

    @Test("ranks are those of a search through all of them", arguments: [1, 2, 7, 100, 3001])
    func ranks(n: UInt64) {
        for (percentile, confidence) in [(0.5, 0.95), (0.99, 0.99), (0.999, 0.6), (0.02, 0.999)] {
            let tail = (1 - confidence) / 2
            let low = (1...n).last {
                Binomial.atMost(Double($0) - 1, of: Double(n), probability: percentile) <= tail
            }
            let high = (1...n).first {
                Binomial.atLeast(Double($0), of: Double(n), probability: percentile) <= tail
            }
            let found = SeriesCounts.ranks(at: percentile, among: n, confidence: confidence)
            #expect(found.low == low, "p \(percentile) at \(confidence)")
            #expect(found.high == high, "p \(percentile) at \(confidence)")
        }
    }

    @Test("slots of every index tile the range without a gap")
    func layout() {
        for metric in [Metric.ttft, .scheduleLag] {
            let layout = HistogramLayout(metric: metric)
            var end: UInt64 = 0
            for index in 0..<layout.slotCount {
                #expect(layout.low(of: index) == end)
                end = layout.end(of: index)
                #expect(layout.index(of: layout.low(of: index)) == index)
                #expect(layout.index(of: end - 1) == index)
            }
            #expect(end > Metric.highestTrackable)
        }
    }
}
