private import Glibc

/// What a comparison decides on: one figure of each run, and the least change of it that matters.
public struct ComparisonGate: Sendable, Hashable {
    /// Which figure.
    public enum Subject: Sendable, Hashable {
        /// A percentile, 0 to 1, of a metric; compared as a ratio.
        case percentile(Metric, Anchor, Double)
        /// The share of turns that ended badly; compared as a difference.
        case errorRate
    }

    /// Which figure.
    public var subject: Subject
    /// The least change that matters: a share (0.05 is 5 %), for the error rate a difference.
    public var threshold: Double

    /// Joins the two.
    public init(_ subject: Subject, threshold: Double) {
        self.subject = subject
        self.threshold = threshold
    }

    /// `ttft.p95`, `turn_time.p50`, `error_rate`: as the command line and every output say it.
    public var name: String {
        switch subject {
        case .errorRate: "error_rate"
        case .percentile(let metric, _, let share):
            "\(metric.rawValue).p\(ComparisonGate.percent(share))"
        }
    }

    /// Whether changes multiply (latencies) or add (rates).
    public var isRatio: Bool {
        if case .percentile = subject { return true }
        return false
    }

    private static func percent(_ share: Double) -> String {
        let scaled = (share * 1e6).rounded() / 1e4
        return scaled == scaled.rounded() ? String(Int(scaled)) : String(scaled)
    }
}

/// One side's figures for one gate, a value per run.
public struct ComparisonSide: Sendable, Equatable {
    /// The figures: nanoseconds above 0, or a share.
    public var values: [Double]
    /// Variance of each figure within its run, of its logarithm where the gate is a ratio; nil where
    /// the run had too few blocks of time.
    public var within: [Double?]
    /// Whether some figure is only a lower bound (it falls among failed turns).
    public var hasLowerBound: Bool

    /// Joins the three.
    public init(values: [Double], within: [Double?] = [], hasLowerBound: Bool = false) {
        self.values = values
        self.within = within.isEmpty ? values.map { _ in nil } : within
        self.hasLowerBound = hasLowerBound
    }
}

/// What a comparison says of a gate; the raw value is the word in every output.
public enum ComparisonVerdict: String, Sendable, Codable, CaseIterable {
    /// The candidate is better beyond chance, and by at least the threshold as it was seen.
    case faster
    /// The candidate is worse beyond chance, and by at least the threshold as it was seen.
    case slower
    /// Any difference is below the threshold.
    case same
    /// The runs decide none of these.
    case notEnoughData = "not_enough_data"
}

/// A gate's verdict and the figures it rests on.
public struct GateComparison: Sendable, Equatable {
    /// What was compared.
    public var gate: ComparisonGate
    /// The baseline's figure: the geometric mean over its runs for a ratio, else the mean.
    public var baseline: Double
    /// The candidate's.
    public var candidate: Double
    /// The change: candidate / baseline - 1 for a ratio, else the difference.
    public var effect: Double
    /// The interval of the change that holds for all gates at once; nil when nothing is known of it.
    public var low: Double?
    /// Its other end.
    public var high: Double?
    /// The probability of such a change by chance, corrected for the number of gates (Holm).
    public var probability: Double?
    /// The verdict.
    public var verdict: ComparisonVerdict
    /// Runs still missing on each side for a verdict at the change seen; nil when unknown or none.
    public var runsMissing: Int?
    /// Why, in words.
    public var reason: String
}

/// Compares sides gate by gate.
///
/// Runs are the units: turns of a run share its minutes, and runs of a day share its machine. With
/// at least `leastRuns` runs on each side the spread between the runs is the measure of chance
/// (Welch). With fewer, a run's own spread (`BlockBootstrap`) is not enough, and the spread between
/// runs is taken from earlier ones of the same profile; without such history there is no verdict.
public struct Comparison: Sendable {
    /// Runs a side from which their own spread is trusted.
    public static let leastRuns = 5
    /// Earlier runs from which their spread is trusted.
    public static let leastHistory = 5
    /// The probability of a wrong "faster" or "slower" on any gate when nothing changed.
    public var alpha: Double

    /// - Parameter alpha: above 0 and below 1.
    public init(alpha: Double = 0.05) { self.alpha = alpha }

    /// What is known of the change of one gate, on the scale of its gate.
    private struct Estimate {
        var change: Double
        var error: Double
        var freedom: Double

        /// The two-sided probability of such a change by chance.
        var probability: Double {
            if error == 0 { return change == 0 ? 1 : 0 }
            return StudentT.twoSidedTail(change / error, freedom: freedom)
        }
    }

    /// Compares.
    ///
    /// - Parameter gates: each with the baseline's runs, the candidate's and earlier ones.
    /// - Returns: one verdict each, in order.
    public func compare(
        _ gates: [(
            gate: ComparisonGate, baseline: ComparisonSide, candidate: ComparisonSide,
            history: ComparisonSide
        )]
    ) -> [GateComparison] {
        let estimates = gates.map { estimate($0.gate, $0.baseline, $0.candidate, $0.history) }
        let adjusted = Comparison.holm(estimates.map { $0?.probability })
        let tail = alpha / Double(max(1, estimates.compactMap { $0 }.count))
        return gates.indices.map { index in
            let sides = gates[index]
            var found = plain(sides.gate, sides.baseline, sides.candidate)
            found.probability = adjusted[index]
            if let estimate = estimates[index] {
                let half =
                    estimate.error == 0
                    ? 0
                    : estimate.error
                        * StudentT.quantile(twoSidedTail: tail, freedom: estimate.freedom)
                found.low = back(sides.gate, estimate.change - half)
                found.high = back(sides.gate, estimate.change + half)
                decide(
                    &found, half,
                    runs: min(sides.baseline.values.count, sides.candidate.values.count))
                // What failed is slower than what is known of it: only "slower" survives that.
                if sides.candidate.hasLowerBound { found.boundBelow() }
            } else {
                explainMissing(&found, sides.baseline, sides.candidate, sides.history)
            }
            return found
        }
    }

    /// Holm's correction: p-values as if each were the only one asked; nil stays nil.
    static func holm(_ probabilities: [Double?]) -> [Double?] {
        let known = probabilities.indices.filter { probabilities[$0] != nil }
            .sorted { (probabilities[$0] ?? 1) < (probabilities[$1] ?? 1) }
        var adjusted = probabilities
        var largest = 0.0
        for (place, index) in known.enumerated() {
            let scaled = Double(known.count - place) * (probabilities[index] ?? 1)
            largest = min(1, max(largest, scaled))
            adjusted[index] = largest
        }
        return adjusted
    }

    // MARK: - one gate

    private func plain(
        _ gate: ComparisonGate, _ baseline: ComparisonSide, _ candidate: ComparisonSide
    ) -> GateComparison {
        let (before, after) = (centre(gate, baseline), centre(gate, candidate))
        return GateComparison(
            gate: gate, baseline: gate.isRatio ? exp(before) : before,
            candidate: gate.isRatio ? exp(after) : after, effect: back(gate, after - before),
            verdict: .notEnoughData, reason: "")
    }

    private func centre(_ gate: ComparisonGate, _ side: ComparisonSide) -> Double {
        Sample.mean(scaled(gate, side))
    }

    private func scaled(_ gate: ComparisonGate, _ side: ComparisonSide) -> [Double] {
        gate.isRatio ? side.values.map { log(max($0, 1)) } : side.values
    }

    private func back(_ gate: ComparisonGate, _ change: Double) -> Double {
        gate.isRatio ? exp(change) - 1 : change
    }

    private func estimate(
        _ gate: ComparisonGate, _ baseline: ComparisonSide, _ candidate: ComparisonSide,
        _ history: ComparisonSide
    ) -> Estimate? {
        guard !baseline.values.isEmpty, !candidate.values.isEmpty,
            !baseline.hasLowerBound
        else { return nil }
        let change = centre(gate, candidate) - centre(gate, baseline)
        let (before, after) = (scaled(gate, baseline), scaled(gate, candidate))
        if min(before.count, after.count) >= Comparison.leastRuns {
            let (one, two) = (
                Sample.variance(before) / Double(before.count),
                Sample.variance(after) / Double(after.count)
            )
            // Welch and Satterthwaite; equal sides without spread have all the freedom there is.
            let divisor =
                one * one / Double(before.count - 1) + two * two / Double(after.count - 1)
            let freedom =
                divisor > 0
                ? (one + two) * (one + two) / divisor : Double(before.count + after.count - 2)
            return Estimate(change: change, error: (one + two).squareRoot(), freedom: freedom)
        }
        let earlier = scaled(gate, history)
        guard earlier.count >= Comparison.leastHistory else { return nil }
        guard let one = within(baseline), let two = within(candidate) else { return nil }
        // The spread between earlier runs holds their own spread within; taking it whole beside the
        // within of these errs on the side of "not enough data".
        let between = Sample.variance(earlier)
        let error =
            max(one, between) / Double(before.count) + max(two, between) / Double(after.count)
        return Estimate(
            change: change, error: error.squareRoot(), freedom: Double(earlier.count - 1))
    }

    /// The mean variance within the runs; nil where one had too few blocks.
    private func within(_ side: ComparisonSide) -> Double? {
        let known = side.within.compactMap { $0 }
        return known.count == side.values.count ? Sample.mean(known) : nil
    }

    // MARK: - the verdict

    private func decide(_ found: inout GateComparison, _ half: Double, runs: Int) {
        guard let low = found.low, let high = found.high, let chance = found.probability else {
            return
        }
        let least = found.gate.threshold
        if chance <= alpha && abs(found.effect) >= least {
            found.verdict = found.effect > 0 ? .slower : .faster
            found.reason = "the change is beyond chance and beyond the threshold"
        } else if low >= -least && high <= least {
            found.verdict = .same
            found.reason = "any change is within the threshold"
        } else {
            found.reason = "the interval reaches over the threshold"
            found.runsMissing = missing(found, half, runs)
        }
    }

    /// Half an interval shrinks with the root of the runs: how many until it decides.
    private func missing(_ found: GateComparison, _ half: Double, _ runs: Int) -> Int? {
        let effect = abs(found.effect)
        let target = effect >= found.gate.threshold ? effect : found.gate.threshold - effect
        guard target > 0, half.isFinite else { return nil }
        let needed = Double(runs) * (half / target) * (half / target)
        // Beyond a thousand runs the answer is "never", not a number.
        return needed > 1000 ? nil : max(1, Int(needed.rounded(.up)) - runs)
    }

    private func explainMissing(
        _ found: inout GateComparison, _ baseline: ComparisonSide, _ candidate: ComparisonSide,
        _ history: ComparisonSide
    ) {
        if baseline.values.isEmpty || candidate.values.isEmpty {
            found.reason = "a run has no such value"
        } else if baseline.hasLowerBound {
            found.reason = "it falls among failed turns: how slow they would have been is not known"
        } else if history.values.count < Comparison.leastHistory {
            let runs = min(baseline.values.count, candidate.values.count)
            found.runsMissing = Comparison.leastRuns - runs
            found.reason =
                "\(Comparison.leastRuns) runs a side are needed, or \(Comparison.leastHistory) "
                + "earlier ones that show how much runs differ"
        } else {
            found.reason =
                "a run is too short: \(BlockBootstrap.leastBlocks) blocks of time are needed"
        }
    }
}

extension GateComparison {
    /// Takes the candidate's figure for a lower bound.
    fileprivate mutating func boundBelow() {
        (high, runsMissing) = (nil, nil)
        if verdict == .slower {
            reason = "the change is at least this: some of it falls among failed turns"
        } else {
            verdict = .notEnoughData
            reason = "it falls among failed turns: how slow they would have been is not known"
        }
    }
}
