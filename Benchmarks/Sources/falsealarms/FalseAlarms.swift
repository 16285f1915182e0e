import FinMeasure
import Foundation

/// How often `compare` cries wolf, how often it sees a real one, and how often an SLO passes falsely,
/// on runs made in virtual time.
///
/// A run is 50 turns a second for 60 s. Turns are correlated: a run has an effect of its own (2 %) and
/// so has each stretch of 3 s (5 %). What is compared are the percentiles that `compare` would read
/// from the run's histograms.
@main
enum FalseAlarms {
    static let gates = [0.5, 0.95, 0.99]
    static let isBrief = ProcessInfo.processInfo.environment["FINBENCH_BRIEF"] == "1"

    static func main() {
        var generator = SeededGenerator(seed: 20_261_121, stream: .test)
        let pairs = isBrief ? 100 : 1000
        print("pairs of sides that do not differ: any of p50, p95, p99 called slower or faster")
        row("5 runs a side, threshold 5 %", pairs, &generator, Study(runs: 5))
        row("5 runs a side, no threshold", pairs, &generator, Study(runs: 5, threshold: 1e-9))
        row(
            "1 run a side, 10 earlier, no threshold", pairs / 5, &generator,
            Study(runs: 1, history: 10, threshold: 1e-9))
        print("\nthe candidate is 10 % slower: called slower")
        row("5 runs a side, threshold 5 %", pairs, &generator, Study(runs: 5, effect: 1.1))
        row(
            "1 run a side, 10 earlier, threshold 5 %", pairs / 5, &generator,
            Study(runs: 1, history: 10, effect: 1.1))
        if !FalsePasses.table(runs: isBrief ? 300 : 2000, &generator) { exit(1) }
    }

    static func row(
        _ name: String, _ pairs: Int, _ generator: inout SeededGenerator, _ study: Study
    ) {
        var any = 0
        var slower = [Int](repeating: 0, count: gates.count)
        for _ in 0..<pairs {
            let found = study.compare(gates, &generator)
            if found.contains(where: { $0.verdict == .slower || $0.verdict == .faster }) {
                any += 1
            }
            for (index, gate) in found.enumerated() where gate.verdict == .slower {
                slower[index] += 1
            }
        }
        func percent(_ count: Int) -> String {
            String(format: "%5.1f %%", 100 * Double(count) / Double(pairs))
        }
        print(
            name.padding(toLength: 42, withPad: " ", startingAt: 0), "pairs \(pairs)",
            "any \(percent(any))", "slower: p50 \(percent(slower[0]))", "p95 \(percent(slower[1]))",
            "p99 \(percent(slower[2]))")
    }
}

/// One kind of comparison, repeated.
struct Study {
    var runs: Int
    var history = 0
    var effect = 1.0
    var threshold = 0.05

    func compare(
        _ shares: [Double], _ generator: inout SeededGenerator
    ) -> [GateComparison] {
        let needsSpread = runs < Comparison.leastRuns
        func draw(_ count: Int, effect: Double = 1, hasSpread: Bool = false) -> [Figures] {
            (0..<count).map { _ in
                let run = SyntheticRun(&generator, effect: effect)
                return Figures(
                    values: run.values(shares),
                    variances: hasSpread ? run.variances(shares) : nil)
            }
        }
        let before = draw(runs, hasSpread: needsSpread)
        let after = draw(runs, effect: effect, hasSpread: needsSpread)
        let earlier = draw(history)
        func side(_ runs: [Figures], _ index: Int) -> ComparisonSide {
            ComparisonSide(
                values: runs.map { $0.values[index] },
                within: runs.map { $0.variances?[index] })
        }
        return Comparison().compare(
            shares.indices.map { index in
                (
                    gate: ComparisonGate(
                        .percentile(.ttft, .planned, shares[index]), threshold: threshold),
                    baseline: side(before, index),
                    candidate: side(after, index),
                    history: side(earlier, index)
                )
            })
    }
}

/// What a comparison reads of a run.
struct Figures {
    var values: [Double]
    var variances: [Double]?
}

/// A minute of turns.
struct SyntheticRun {
    private var blocks: [SeriesCounts] = []

    init(_ generator: inout SeededGenerator, effect: Double = 1) {
        let own = 0.02 * SyntheticRun.normal(&generator)
        for _ in 0..<20 {
            let shift = own + 0.05 * SyntheticRun.normal(&generator)
            var histogram = SeriesHistogram(metric: .ttft)
            for _ in 0..<150 {
                let spread = 0.6 * SyntheticRun.normal(&generator)
                histogram.record(Nanoseconds(Int64(1e9 * effect * exp(shift + spread))))
            }
            blocks.append(SeriesCounts(histogram, metric: .ttft))
        }
    }

    func values(_ shares: [Double]) -> [Double] {
        var all = SeriesCounts(metric: .ttft)
        for block in blocks { all.add(block) }
        return all.values(at: shares).map { Double($0?.nanoseconds ?? 1) }
    }

    func variances(_ shares: [Double]) -> [Double]? {
        BlockBootstrap.variances(of: blocks, at: shares, seed: 1)
    }

    private static func normal(_ generator: inout SeededGenerator) -> Double {
        (-2 * log(1 - generator.unit())).squareRoot() * cos(2 * .pi * generator.unit())
    }
}
