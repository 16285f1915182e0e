import FinMeasure
import FinTestSupport
import Testing

/// A statistic of so many draws, against what the distribution promises.
@Suite struct DistributionTests {
    private static let size = 40_000

    private func draws(_ distribution: Distribution, index: UInt64) -> [Double] {
        var generator = SeededGenerator(seed: TestSeed.value, stream: .test, index: index)
        return (0..<Self.size).map { _ in distribution.draw(using: &generator) }.sorted()
    }

    @Test("a fixed value is always drawn")
    func fixed() {
        let values = draws(.fixed(4.5), index: 1)
        #expect(values.first == 4.5 && values.last == 4.5)
        #expect(Distribution.fixed(4.5).mean == 4.5)
    }

    @Test("a uniform stays in its bounds and has its mean")
    func uniform() {
        let distribution = Distribution.uniform(low: 200, high: 900)
        let values = draws(distribution, index: 2)
        let mean = values.reduce(0, +) / Double(values.count)
        #expect(values[0] >= 200 && values[values.count - 1] <= 900, "\(TestSeed.note)")
        // Five standard errors: 700 / √12 / √40000 = 1.01 each.
        #expect(abs(mean - distribution.mean) < 5.1, "\(TestSeed.note)")
    }

    @Test("a log-normal has its median, its 95th percentile and its mean")
    func lognormal() {
        let distribution = Distribution.lognormal(median: 400, p95: 1200)
        let values = draws(distribution, index: 3)
        let median = values[Self.size / 2]
        let below = values.prefix { $0 <= 1200 }.count
        let mean = values.reduce(0, +) / Double(values.count)
        // Five standard errors each: of the median 1.7, of the share 0.0011, of the mean 1.9.
        #expect(abs(median - 400) < 9, "\(TestSeed.note)")
        #expect(abs(Double(below) / Double(Self.size) - 0.95) < 0.0055, "\(TestSeed.note)")
        #expect(abs(mean - distribution.mean) < 10, "\(TestSeed.note)")
        #expect(distribution.upperBound == .infinity)
    }

    @Test("a recording gives each of its values equally often")
    func recorded() {
        let distribution = Distribution.recorded([1, 2, 2, 7])
        let values = draws(distribution, index: 4)
        let twos = Double(values.filter { $0 == 2 }.count) / Double(Self.size)
        #expect(Set(values) == [1, 2, 7])
        #expect(abs(twos - 0.5) < 0.0125, "\(TestSeed.note)")
        #expect(distribution.mean == 3 && distribution.upperBound == 7)
    }

    @Test("counts of a uniform include both ends equally often")
    func counts() {
        var generator = SeededGenerator(seed: TestSeed.value, stream: .test, index: 5)
        var seen: [Int: Int] = [:]
        for _ in 0..<30_000 {
            seen[Distribution.uniform(low: 1, high: 3).drawCount(using: &generator), default: 0] +=
                1
        }
        #expect(Set(seen.keys) == [1, 2, 3])
        // Five standard errors: √(30000 · 2/9) = 82 each.
        for count in seen.values { #expect(abs(count - 10_000) < 410, "\(TestSeed.note)") }
    }
}
