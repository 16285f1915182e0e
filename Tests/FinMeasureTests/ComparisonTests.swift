import FinTestSupport
import Foundation
import Testing

@testable import FinMeasure

/// The statistics of `compare`.
@Suite struct ComparisonTests {
    @Test(
        "quantiles of Student's t as tables print them",
        arguments: [
            (0.05, 4.0, 2.776), (0.05, 8, 2.306), (0.01, 8, 3.355), (0.05, 1, 12.706),
            (0.05, 1e7, 1.960), (0.10, 30, 1.697),
        ])
    func studentQuantile(tail: Double, freedom: Double, expected: Double) {
        let found = StudentT.quantile(twoSidedTail: tail, freedom: freedom)
        #expect(abs(found - expected) < 0.0006)
        #expect(abs(StudentT.twoSidedTail(found, freedom: freedom) - tail) < 1e-9)
    }

    @Test("Holm's correction by hand: 4, 3, 2, 1 times, never falling")
    func holm() {
        let found = Comparison.holm([0.01, nil, 0.04, 0.03, 0.005]).map {
            $0.map { ($0 * 1e6).rounded() / 1e6 }
        }
        #expect(found == [0.03, nil, 0.06, 0.06, 0.02])
    }

    private static let gate = ComparisonGate(
        .percentile(.ttft, .planned, 0.95), threshold: 0.05)

    private func compare(
        _ baseline: [Double], _ candidate: [Double], history: [Double] = [],
        within: Double? = nil, lowerBound: Bool = false
    ) throws -> GateComparison {
        func side(_ values: [Double], _ lowerBound: Bool = false) -> ComparisonSide {
            ComparisonSide(
                values: values, within: values.map { _ in within }, hasLowerBound: lowerBound)
        }
        return try #require(
            Comparison().compare([
                (
                    gate: ComparisonTests.gate, baseline: side(baseline),
                    candidate: side(candidate, lowerBound), history: side(history)
                )
            ]).first)
    }

    private static let steady = [1.00e9, 1.01e9, 0.99e9, 1.005e9, 0.995e9]

    @Test("ten percent on steady runs is slower, its reverse faster, none the same")
    func verdicts() throws {
        let slow = ComparisonTests.steady.map { $0 * 1.1 }
        let worse = try compare(ComparisonTests.steady, slow)
        #expect(worse.verdict == .slower)
        #expect(abs(worse.effect - 0.1) < 1e-9)
        #expect(try #require(worse.low) > 0.08 && #require(worse.high) < 0.12)
        #expect(try compare(slow, ComparisonTests.steady).verdict == .faster)
        #expect(try compare(ComparisonTests.steady, ComparisonTests.steady).verdict == .same)
        let slight = ComparisonTests.steady.map { $0 * 1.02 }
        #expect(try compare(ComparisonTests.steady, slight).verdict == .same)
    }

    @Test("runs that differ more than the sides do decide nothing, and say how many would")
    func noisyRuns() throws {
        let noisy = [0.8e9, 1.2e9, 0.9e9, 1.1e9, 1e9]
        let found = try compare(noisy, noisy.map { $0 * 1.1 })
        #expect(found.verdict == .notEnoughData)
        #expect(try #require(found.runsMissing) > 5)
    }

    @Test("one run a side decides nothing by itself, and with steady history it does")
    func fewRuns() throws {
        let alone = try compare([1e9], [1.2e9], within: 1e-4)
        #expect(alone.verdict == .notEnoughData && alone.runsMissing == 4 && alone.low == nil)
        let known = try compare([1e9], [1.2e9], history: ComparisonTests.steady, within: 1e-5)
        #expect(known.verdict == .slower)
        let loose = try compare([1e9], [1.2e9], history: ComparisonTests.steady, within: 0.04)
        #expect(loose.verdict == .notEnoughData)
        let short = try compare([1e9], [1.2e9], history: ComparisonTests.steady)
        #expect(short.reason.contains("too short"))
    }

    @Test("a percentile among failed turns is slower where what is known of it is, else undecided")
    func lowerBound() throws {
        let slow = ComparisonTests.steady.map { $0 * 2 }
        let worse = try compare(ComparisonTests.steady, slow, lowerBound: true)
        #expect(worse.verdict == .slower && worse.high == nil && worse.reason.contains("at least"))
        let alike = try compare(ComparisonTests.steady, ComparisonTests.steady, lowerBound: true)
        #expect(alike.verdict == .notEnoughData && alike.reason.contains("failed"))
        let better = try compare(slow, ComparisonTests.steady, lowerBound: true)
        #expect(better.verdict == .notEnoughData)
    }

    @Test("of pairs that do not differ, few get a verdict on any gate")
    func falseAlarms() {
        // No threshold to hide behind: chance alone decides. 500 pairs at 5 %: 25 expected at the
        // most, standard deviation 5.
        let gates = [0.5, 0.95, 0.99].map {
            ComparisonGate(.percentile(.ttft, .planned, $0), threshold: 1e-9)
        }
        let seed = TestSeed.value
        var generator = SeededGenerator(seed: seed, stream: .test)
        var alarms = 0
        for _ in 0..<500 {
            let sides = (0..<2).map { _ in (0..<5).map { _ in run(&generator) } }
            let found = Comparison().compare(
                gates.indices.map { gate in
                    (
                        gate: gates[gate],
                        baseline: ComparisonSide(values: sides[0].map { $0[gate] }),
                        candidate: ComparisonSide(values: sides[1].map { $0[gate] }),
                        history: ComparisonSide(values: [])
                    )
                })
            if found.contains(where: { $0.verdict == .slower || $0.verdict == .faster }) {
                alarms += 1
            }
        }
        #expect(alarms <= 45 && alarms > 0, "\(alarms) of 500; \(TestSeed.note)")
    }

    /// Three percentiles of a run: a common factor and one of their own.
    private func run(_ generator: inout SeededGenerator) -> [Double] {
        let common = normal(&generator) * 0.02
        return [1e9, 2e9, 3e9].map { $0 * exp(common + normal(&generator) * 0.02) }
    }

    private func normal(_ generator: inout SeededGenerator) -> Double {
        (-2 * log(1 - generator.unit())).squareRoot() * cos(2 * .pi * generator.unit())
    }

    @Test("blocks that differ make a percentile vary; equal ones do not")
    func blockBootstrap() throws {
        func block(_ milliseconds: Int64) -> SeriesCounts {
            var histogram = SeriesHistogram(metric: .ttft)
            for place in Int64(0)..<100 {
                histogram.record(.milliseconds(milliseconds + place % 10))
            }
            return SeriesCounts(histogram, metric: .ttft)
        }
        let equal = try #require(
            BlockBootstrap.variances(
                of: (0..<20).map { _ in block(100) }, at: [0.5, 0.95], seed: 1))
        #expect(equal.allSatisfy { $0 < 1e-9 })
        let unequal = try #require(
            BlockBootstrap.variances(
                of: (0..<20).map { block(100 + 10 * Int64($0)) }, at: [0.5], seed: 1))
        // Twenty block medians spread evenly over 100 to 290 ms: their mean has a standard deviation
        // of 6.7 % of it, a median of blocks about 1.25 times that.
        #expect(unequal[0].squareRoot() > 0.04 && unequal[0].squareRoot() < 0.15)
        let few = (0..<7).map { _ in block(100) }
        #expect(BlockBootstrap.variances(of: few, at: [0.5], seed: 1) == nil)
    }
}
