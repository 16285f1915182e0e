#if canImport(Glibc)
    private import Glibc
#else
    private import Foundation
#endif

/// The standard normal distribution, roughly.
enum Normal {
    /// The value that is exceeded with a probability of `tail`, to three decimals.
    ///
    /// - Parameter tail: above 0, at most 0.5.
    /// - Source: Abramowitz and Stegun, 26.2.23.
    static func upperQuantile(_ tail: Double) -> Double {
        let t = (-2 * log(tail)).squareRoot()
        let above = 2.515517 + 0.802853 * t + 0.010328 * t * t
        let below = 1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t
        return t - above / below
    }
}
