import FinMeasure
import FinTestSupport
import Testing

@Suite struct ArrivalPlanTests {
    private let ramp = RateCurve([
        .init(startRate: 0, endRate: 50, length: .seconds(30)),
        .init(startRate: 50, endRate: 50, length: .seconds(120)),
        .init(startRate: 200, endRate: 200, length: .seconds(10)),
    ])

    private func steady(_ rate: Double, seconds: Int64) -> RateCurve {
        RateCurve([.init(startRate: rate, endRate: rate, length: .seconds(seconds))])
    }

    @Test("100/s for 60 s is 6000 arrivals at exactly n times 10 ms")
    func exactSpacing() {
        let plan = ArrivalPlan.constant(steady(100, seconds: 60))
        #expect(plan.offsets == (0..<6000).map { $0 * 10_000_000 })
        #expect(plan.length == .seconds(60))
    }

    @Test(
        "even spacing is within half a nanosecond of n / rate, at any rate",
        arguments: [0.1, 1 / 3.0, 5, 33.3, 333.3, 1000, 12_345.678])
    func evenSpacing(rate: Double) {
        let plan = ArrivalPlan.constant(steady(rate, seconds: 10))
        #expect(plan.offsets.count == Int((rate * 10).rounded(.up)))
        for (n, offset) in plan.offsets.enumerated() {
            #expect(abs(Double(offset) - Double(n) / rate * 1e9) <= 0.51)
        }
    }

    @Test("arrivals ascend from zero and end before the curve does", arguments: [false, true])
    func ascends(isPoisson: Bool) {
        let plan =
            isPoisson ? ArrivalPlan.poisson(ramp, seed: TestSeed.value) : ArrivalPlan.constant(ramp)
        #expect(zip(plan.offsets, plan.offsets.dropFirst()).allSatisfy(<=), "\(TestSeed.note)")
        #expect((plan.offsets.first ?? -1) >= 0 && (plan.offsets.last ?? 0) < ramp.length.count)
    }

    @Test("even spacing gives every stage its number: 750, 6000, 2000")
    func stageCounts() {
        let offsets = ArrivalPlan.constant(ramp).offsets
        #expect(ramp.total == 8750 && ramp.peak == 200)
        #expect(offsets.count == 8750)
        #expect(offsets.filter { $0 < 30_000_000_000 }.count == 750)
        #expect(offsets.filter { $0 >= 150_000_000_000 }.count == 2000)
        #expect(offsets[750] == 30_000_000_000 && offsets[6750] == 150_000_000_000)
    }

    @Test("on a ramp from 0, arrival n comes at the root of n")
    func rampRoot() {
        let offsets = ArrivalPlan.constant(ramp).offsets
        for n in 0..<750 {
            // 50/s over 30 s: n = 50 t² / 60.
            let exact = (Double(n) * 60 / 50).squareRoot() * 1e9
            #expect(abs(Double(offsets[n]) - exact) <= 1)
        }
    }

    @Test("nothing arrives while the rate is 0")
    func quietStage() {
        let curve = RateCurve([
            .init(startRate: 10, endRate: 0, length: .seconds(10)),
            .init(startRate: 0, endRate: 0, length: .seconds(10)),
            .init(startRate: 10, endRate: 10, length: .seconds(1)),
        ])
        let quiet = 10_000_000_000..<20_000_000_000 as Range<Int64>
        let even = ArrivalPlan.constant(curve)
        let random = ArrivalPlan.poisson(curve, seed: TestSeed.value)
        #expect(even.offsets.count == 60 && even.offsets[50] == 20_000_000_000)
        #expect(!even.offsets.contains(where: quiet.contains))
        #expect(!random.offsets.contains(where: quiet.contains), "\(TestSeed.note)")
    }

    @Test("Poisson counts per stage are within five standard deviations of the rate")
    func poissonCounts() {
        let offsets = ArrivalPlan.poisson(ramp, seed: TestSeed.value).offsets
        let edges: [(Range<Int64>, Double)] = [
            (0..<30_000_000_000, 750), (30_000_000_000..<150_000_000_000, 6000),
            (150_000_000_000..<160_000_000_000, 2000),
        ]
        for (stage, expected) in edges {
            let count = Double(offsets.filter(stage.contains).count)
            #expect(abs(count - expected) < 5 * expected.squareRoot(), "\(TestSeed.note)")
        }
    }

    @Test("Poisson gaps are exponential: a tenth of them lies in each tenth of that law")
    func poissonGaps() {
        let offsets = ArrivalPlan.poisson(steady(1000, seconds: 20), seed: TestSeed.value).offsets
        let edges = [
            0.105_361, 0.223_144, 0.356_675, 0.510_826, 0.693_147, 0.916_291, 1.203_973, 1.609_438,
            2.302_585,
        ]
        var bins = [Double](repeating: 0, count: 10)
        for (left, right) in zip(offsets, offsets.dropFirst()) {
            let gap = Double(right - left) / 1e6
            bins[edges.firstIndex { gap < $0 } ?? 9] += 1
        }
        let expected = bins.reduce(0, +) / 10
        let chiSquare = bins.map { ($0 - expected) * ($0 - expected) / expected }.reduce(0, +)
        // 9 degrees of freedom: above 39.3 once in 100,000 seeds.
        #expect(chiSquare < 39.3, "\(TestSeed.note)")
    }

    @Test("the same seed gives the same plan, another seed another")
    func seeds() {
        let plan = ArrivalPlan.poisson(ramp, seed: 3)
        #expect(plan == ArrivalPlan.poisson(ramp, seed: 3))
        #expect(plan != ArrivalPlan.poisson(ramp, seed: 4))
    }

    @Test("a limit keeps the first arrivals and ends at the first one left out")
    func limits() {
        let whole = ArrivalPlan.poisson(ramp, seed: 3)
        let cut = ArrivalPlan.poisson(ramp, seed: 3, limit: 100)
        #expect(cut.offsets == Array(whole.offsets.prefix(100)))
        #expect(cut.length.count == whole.offsets[100])
        #expect(ArrivalPlan.constant(ramp, limit: 100_000) == ArrivalPlan.constant(ramp))
        #expect(ArrivalPlan.constant(steady(20, seconds: 60), limit: 300).length == .seconds(15))
    }

    @Test("a trace is kept as it is")
    func trace() {
        let plan = ArrivalPlan.trace([0, 5, 5, 9])
        #expect(plan.offsets == [0, 5, 5, 9] && plan.length.count == 10)
        #expect(ArrivalPlan.trace([0, 5, 7], limit: 2).length.count == 7)
        #expect(ArrivalPlan.trace([]).offsets.isEmpty)
    }

    @Test("a curve without pieces has no arrivals")
    func emptyCurve() {
        #expect(ArrivalPlan.constant(RateCurve([])).offsets.isEmpty)
        #expect(ArrivalPlan.poisson(RateCurve([]), seed: 1).offsets.isEmpty)
    }
}
