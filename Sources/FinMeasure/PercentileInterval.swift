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
        // About where the normal distribution puts the two: what is far from there is not looked at.
        let deviation = (trials * percentile * (1 - percentile)).squareRoot()
        let reach = Normal.upperQuantile(tail) * deviation
        // The largest l, as the number of ranks from 1 on for which it holds.
        let low = partition(n, near: trials * percentile - reach, deviation) {
            Binomial.atMost(Double($0) - 1, of: trials, probability: percentile) <= tail
        }
        let tooLow = partition(n, near: trials * percentile + reach, deviation) {
            Binomial.atLeast(Double($0), of: trials, probability: percentile) > tail
        }
        return (low == 0 ? nil : low, tooLow == n ? nil : tooLow + 1)
    }

    /// How many of the ranks 1...n hold, when those that hold come first.
    ///
    /// - Parameters:
    ///   - guess: about how many; any number, the answer is exact.
    ///   - deviation: of the distribution; a guess is mostly within a fiftieth of it.
    /// - Complexity: O(log(error of the guess)) tests.
    private static func partition(
        _ n: UInt64, near guess: Double, _ deviation: Double, _ holds: (UInt64) -> Bool
    ) -> UInt64 {
        // Invariant: ranks up to `low` hold, those above `high` do not.
        var (low, high) = (UInt64(0), n)
        var probe = guess.isFinite ? UInt64(min(max(guess, 1), Double(max(1, n)))) : 1
        var step = UInt64(max(1, deviation / 50))
        while low < high {
            if holds(probe) { low = probe } else { high = probe - 1 }
            if low >= high { break }
            // Away from the guess until it is enclosed, then by halves.
            let isEnclosed = low > 0 && high < n
            if isEnclosed {
                probe = low + (high - low + 1) / 2
            } else {
                probe = low > 0 ? min(n, low + step) : max(1, high >= step ? high - step + 1 : 1)
                step *= 4
            }
        }
        return low
    }
}
