#if canImport(Glibc)
    private import Glibc
#else
    private import Foundation
#endif

/// A distribution of one non-negative quantity; spans are drawn in nanoseconds, counts in ones.
public enum Distribution: Hashable, Sendable, Codable {
    /// Always the same value.
    case fixed(Double)
    /// Uniform over [low, high].
    case uniform(low: Double, high: Double)
    /// Log-normal, given by its median and its 95th percentile.
    case lognormal(median: Double, p95: Double)
    /// One of the recorded values, each equally likely.
    case recorded([Double])

    /// The 95 % quantile of the standard normal distribution.
    private static let normalP95 = 1.644_853_626_951_472_7

    /// Draws one value.
    ///
    /// - Complexity: O(1), no allocation.
    public func draw(using generator: inout SeededGenerator) -> Double {
        switch self {
        case .fixed(let value):
            return value
        case .uniform(let low, let high):
            return low + (high - low) * generator.unit()
        case .lognormal(let median, let p95):
            // Box-Muller: two uniforms make one normal deviate; 1 - u keeps log away from 0.
            let radius = (-2 * log(1 - generator.unit())).squareRoot()
            let normal = radius * cos(2 * Double.pi * generator.unit())
            return median * exp(log(p95 / median) / Distribution.normalP95 * normal)
        case .recorded(let values):
            if values.isEmpty { return 0 }
            return values[Int(generator.next() % UInt64(values.count))]
        }
    }

    /// Draws a whole number, rounded to the nearest; for `uniform` every whole number from
    /// `low` to `high` is equally likely.
    public func drawCount(using generator: inout SeededGenerator) -> Int {
        if case .uniform(let low, let high) = self {
            let span = UInt64(max(0, high.rounded() - low.rounded())) + 1
            return Int(low.rounded()) + Int(generator.next() % span)
        }
        return Int(draw(using: &generator).rounded())
    }

    /// The distribution's mean, in its own unit.
    public var mean: Double {
        switch self {
        case .fixed(let value): return value
        case .uniform(let low, let high): return (low + high) / 2
        case .lognormal(let median, let p95):
            let sigma = log(p95 / median) / Distribution.normalP95
            return median * exp(sigma * sigma / 2)
        case .recorded(let values):
            return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
        }
    }

    /// The largest value that can be drawn; infinite for a log-normal.
    public var upperBound: Double {
        switch self {
        case .fixed(let value): return value
        case .uniform(_, let high): return high
        case .lognormal: return .infinity
        case .recorded(let values): return values.max() ?? 0
        }
    }
}
