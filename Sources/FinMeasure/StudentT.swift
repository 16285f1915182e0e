/// Tails and quantiles of Student's t distribution, to about ten digits.
public enum StudentT {
    /// P(|T| >= |t|): the two-sided tail.
    ///
    /// - Parameters:
    ///   - t: any.
    ///   - freedom: degrees of freedom, above 0; a fraction is allowed.
    /// - Source: P(|T| >= t) = I_x(df / 2, 1 / 2) with x = df / (df + t^2).
    public static func twoSidedTail(_ t: Double, freedom: Double) -> Double {
        precondition(freedom > 0, "a t distribution has degrees of freedom above 0")
        let square = t * t
        return Binomial.incompleteBeta(
            a: freedom / 2, b: 0.5, x: freedom / (freedom + square),
            y: square / (freedom + square))
    }

    /// The t that a two-sided tail of this probability begins at.
    ///
    /// - Parameter tail: above 0 and below 1.
    /// - Complexity: 100 evaluations of the tail.
    public static func quantile(twoSidedTail tail: Double, freedom: Double) -> Double {
        precondition(tail > 0 && tail < 1, "a tail is above 0 and below 1")
        var high = 1.0
        while twoSidedTail(high, freedom: freedom) > tail { high *= 2 }
        var low = 0.0
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if twoSidedTail(middle, freedom: freedom) > tail { low = middle } else { high = middle }
        }
        return high
    }
}
