#if canImport(Glibc)
    private import Glibc
#else
    private import Foundation
#endif

/// Tails of the binomial distribution, to about ten digits for n up to 1e9.
///
/// Counts may be fractions: a sample divided by its overdispersion has no whole size, and the
/// incomplete beta function does not mind.
public enum Binomial {
    /// P(X <= count) for X ~ Binomial(n, probability).
    ///
    /// - Parameters:
    ///   - count: any; below 0 the answer is 0, from n on it is 1.
    ///   - n: the number of trials, at least 0.
    ///   - probability: 0 to 1.
    /// - Complexity: O(sqrt(n)) near the mean; 1 ms at n = 1e9.
    public static func atMost(_ count: Double, of n: Double, probability: Double) -> Double {
        if count < 0 { return 0 }
        if count >= n { return 1 }
        return incompleteBeta(
            a: n - count, b: count + 1, x: 1 - probability, y: probability)
    }

    /// P(X >= count) for X ~ Binomial(n, probability); parameters as `atMost`.
    public static func atLeast(_ count: Double, of n: Double, probability: Double) -> Double {
        if count <= 0 { return 1 }
        if count > n { return 0 }
        return incompleteBeta(
            a: count, b: n - count + 1, x: probability, y: 1 - probability)
    }

    /// The range of probabilities that `count` of `n` does not contradict (Clopper and Pearson).
    ///
    /// - Parameter confidence: of the range, 0 to 1; half of the rest lies on each side.
    public static func interval(
        count: UInt64, of n: UInt64, confidence: Double
    ) -> (low: Double, high: Double) {
        if n == 0 { return (0, 1) }
        let tail = (1 - confidence) / 2
        let (hits, trials) = (Double(count), Double(n))
        let low = count == 0 ? 0 : bisect { atLeast(hits, of: trials, probability: $0) > tail }
        let high = count == n ? 1 : bisect { atMost(hits, of: trials, probability: $0) <= tail }
        return (low, high)
    }

    /// The smallest x in [0, 1] where `holds` turns true.
    private static func bisect(_ holds: (Double) -> Bool) -> Double {
        var (low, high) = (0.0, 1.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle }
        }
        return high
    }

    /// The regularised incomplete beta function I_x(a, b), for a, b > 0 and x in 0...1.
    ///
    /// y = 1 - x is passed too: a probability of 1e-9 would lose seven digits in 1 - (1 - 1e-9).
    static func incompleteBeta(a: Double, b: Double, x: Double, y: Double) -> Double {
        if x <= 0 { return 0 }
        if y <= 0 { return 1 }
        // The fraction converges fast left of the mean; the mirror image serves the right.
        if x <= (a + 1) / (a + b + 2) {
            return min(1, density(a, b, x, y) * continuedFraction(a, b, x) / a)
        }
        return max(0, 1 - density(a, b, x, y) * continuedFraction(b, a, y) / b)
    }

    /// x^a y^b / B(a, b), by the saddle point: no difference of large logarithms.
    ///
    /// - Source: Loader, "Fast and accurate computation of binomial probabilities", 2000.
    private static func density(
        _ a: Double, _ b: Double, _ x: Double, _ y: Double
    ) -> Double {
        let n = a + b
        let exponent =
            stirlingError(n) - stirlingError(a) - stirlingError(b)
            - deviance(a, n * x) - deviance(b, n * y)
        return exp(exponent) * (a * b / (2 * Double.pi * n)).squareRoot()
    }

    /// ln z! minus Stirling's formula.
    private static func stirlingError(_ z: Double) -> Double {
        if z < 16 {
            return lgamma(z + 1) - (z + 0.5) * log(z) + z - 0.5 * log(2 * Double.pi)
        }
        let square = z * z
        return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / 1680 / square) / square) / square) / z
    }

    /// k ln(k/m) + m - k, exact also where k is near m.
    private static func deviance(_ k: Double, _ m: Double) -> Double {
        let difference = k - m
        guard abs(difference) < 0.1 * (k + m) else { return k * log(k / m) - difference }
        // ln(k/m) = 2 atanh(v), v = (k-m)/(k+m), by its series.
        let v = difference / (k + m)
        var sum = difference * v
        var term = 2 * k * v
        for odd in stride(from: 3.0, through: 2001, by: 2) {
            term *= v * v
            let next = sum + term / odd
            if next == sum { break }
            sum = next
        }
        return sum
    }

    /// The continued fraction of I_x(a, b), by Lentz's method.
    ///
    /// - Source: DLMF 8.17.22; Lentz 1976 as modified by Thompson and Barnett.
    private static func continuedFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        func clear(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / clear(1 - (a + b) * x / (a + 1))
        var value = d
        for step in 1...2_000_000 {  // about sqrt(n) are needed, 1e5 at n = 1e9
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / clear(1 + even * d)
            c = clear(1 + even / c)
            value *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / clear(1 + odd * d)
            c = clear(1 + odd / c)
            value *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return value
    }
}
