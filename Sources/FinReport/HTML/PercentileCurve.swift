internal import FinMeasure
internal import Foundation

/// Every percentile of a distribution, closer together towards the tail.
struct PercentileCurve {
    /// Share of turns and what they waited, in nanoseconds; measured values only.
    let points: [Chart.Point]
    /// The share of `n` that was measured; above it there are only lower bounds.
    let measured: Double
    /// The share up to which one turn more or less decides nothing but the last step.
    let reach: Double
    /// What is known of the rest: the longest that was seen or waited for.
    let bound: RankedValue?

    private static let steps = 160

    init(_ counts: SeriesCounts) {
        let n = Double(max(counts.n, 1))
        // The slowest of n turns is the last 1/n; half a nine more lets its step be seen.
        let reach = 1 - pow(10, -(log10(n) + 0.3))
        self.reach = min(max(reach, 0.9), 1 - 1e-7)
        measured = Double(counts.measured - counts.above) / n
        bound = counts.maximum
        let nines = -log10(1 - self.reach)
        let shares = (0...PercentileCurve.steps).map {
            1 - pow(10, -nines * Double($0) / Double(PercentileCurve.steps))
        }
        points = zip(shares, counts.values(at: shares)).compactMap { share, value in
            guard let value, !value.isLowerBound else { return nil }
            return Chart.Point(x: share, y: Double(value.nanoseconds))
        }
    }

    /// `base` to the power of `exponent`.
    static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
