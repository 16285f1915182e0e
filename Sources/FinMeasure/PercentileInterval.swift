extension SeriesCounts {
    /// The range of values that a percentile may truly have, by order statistics.
    ///
    /// Says nothing of how turns depend on each other; a verdict does (`Overdispersion`).
    /// - Parameters:
    ///   - percentile: a share, 0 to 1.
    ///   - confidence: of the range, 0 to 1.
    /// - Returns: nil at an end where too few turns say anything, or where the rank falls among
    ///   turns that were not measured.
    public func interval(
        at percentile: Double, confidence: Double
    ) -> (low: UInt64?, high: UInt64?) {
        guard n > 0 else { return (nil, nil) }
        let ranks = SeriesCounts.ranks(at: percentile, among: n, confidence: confidence)
        let found = values(atRanks: [ranks.low ?? 1, ranks.high ?? n])
        func measured(_ rank: UInt64?, _ value: RankedValue?) -> UInt64? {
            guard rank != nil, let value, !value.isLowerBound else { return nil }
            return value.nanoseconds
        }
        return (measured(ranks.low, found[0]), measured(ranks.high, found[1]))
    }

    /// The ranks, from 1, between which the percentile lies.
    ///
    /// With X of n values at or below the percentile, X ~ Binomial(n, p): rank l is safely below
    /// when P(X < l) <= a/2, rank u safely above when P(X >= u) <= a/2.
    static func ranks(
        at percentile: Double, among n: UInt64, confidence: Double
    ) -> (low: UInt64?, high: UInt64?) {
        let tail = (1 - confidence) / 2
        let trials = Double(n)
        // The largest l, as the number of ranks from 1 on for which it holds.
        let low = partition(n) {
            Binomial.atMost(Double($0) - 1, of: trials, probability: percentile) <= tail
        }
        let tooLow = partition(n) {
            Binomial.atLeast(Double($0), of: trials, probability: percentile) > tail
        }
        return (low == 0 ? nil : low, tooLow == n ? nil : tooLow + 1)
    }

    /// How many of the ranks 1...n hold, when those that hold come first.
    private static func partition(_ n: UInt64, _ holds: (UInt64) -> Bool) -> UInt64 {
        var (low, high) = (UInt64(0), n)
        while low < high {
            let middle = low + (high - low + 1) / 2
            if holds(middle) { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
