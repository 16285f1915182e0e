/// A value that a percentile, a minimum or a maximum came to.
public struct RankedValue: Sendable, Equatable {
    /// The value in nanoseconds.
    public var nanoseconds: UInt64
    /// Whether the rank falls among turns that were never measured: the truth is this or more.
    public var isLowerBound: Bool

    /// Joins the two.
    public init(nanoseconds: UInt64, isLowerBound: Bool) {
        self.nanoseconds = nanoseconds
        self.isLowerBound = isLowerBound
    }
}

extension SeriesCounts {
    /// The rank, from 1, of a percentile among `n` values: ceil(p n), at least 1.
    ///
    /// - Parameter percentile: a share, 0 to 1.
    public static func rank(of percentile: Double, among n: UInt64) -> UInt64 {
        // p n is a multiple of 1e-5 for every p that is printed; a millionth absorbs rounding of
        // the product, so that p95 of 100 is rank 95 and never 96.
        let rank = (percentile * Double(n) - 1e-6).rounded(.up)
        return min(max(1, UInt64(max(0, rank))), max(1, n))
    }

    /// The values of some percentiles; nil each where nothing counts.
    ///
    /// A value is the high end of its slot (as HdrHistogram says it), never above the exact
    /// maximum. Where a rank falls above the slots, it is the longest that was seen or waited for.
    /// - Parameter percentiles: shares, 0 to 1, any order.
    /// - Complexity: one walk over the slots for all of them.
    public func values(at percentiles: [Double]) -> [RankedValue?] {
        values(atRanks: percentiles.map { SeriesCounts.rank(of: $0, among: n) })
    }

    /// The value of one percentile; nil where nothing counts.
    public func value(at percentile: Double) -> RankedValue? {
        values(at: [percentile])[0]
    }

    /// The values of some ranks, counted from 1; nil each where nothing counts.
    public func values(atRanks ranks: [UInt64]) -> [RankedValue?] {
        guard n > 0 else { return ranks.map { _ in nil } }
        var answer = [RankedValue?](repeating: beyondSlots, count: ranks.count)
        let order = ranks.indices.sorted { ranks[$0] < ranks[$1] }
        var next = 0
        var passed: UInt64 = 0
        for slot in slots {
            passed += slot.count
            while next < order.count, ranks[order[next]] <= passed {
                answer[order[next]] = RankedValue(
                    nanoseconds: reported(slot), isLowerBound: false)
                next += 1
            }
        }
        return answer
    }

    /// What a slot is reported as: its high end, never above the largest value.
    public func reported(_ slot: Slot) -> UInt64 {
        min(layout.end(of: slot.index) - 1, largest ?? .max)
    }

    /// The smallest value in a slot; nil where there is none.
    public var minimum: RankedValue? {
        smallest.map { RankedValue(nanoseconds: $0, isLowerBound: false) }
    }

    /// The largest value; a lower bound where anything failed or lay above the range.
    public var maximum: RankedValue? {
        guard n > 0 else { return nil }
        if above + censored > 0 { return beyondSlots }
        return largest.map { RankedValue(nanoseconds: $0, isLowerBound: false) }
    }

    /// How many of `n` are not below `limit`: a slot counts whole, by what it is reported as.
    public func slow(limit: Nanoseconds) -> UInt64 {
        let bound = UInt64(max(0, limit.count))
        return slots.reduce(above + censored) { $0 + (reported($1) >= bound ? $1.count : 0) }
    }

    /// The mean of the measured values in nanoseconds, slot middles; nil without any.
    public var mean: Double? {
        guard slotTotal > 0 else { return nil }
        let sum = slots.reduce(0.0) { $0 + middle($1) * Double($1.count) }
        let bounds = (Double(smallest ?? 0), Double(largest ?? 0))
        return min(max(sum / Double(slotTotal), bounds.0), bounds.1)
    }

    /// The standard deviation of the measured values in nanoseconds; nil without any.
    public var standardDeviation: Double? {
        guard let mean else { return nil }
        let sum = slots.reduce(0.0) { sum, slot in
            let distance = middle(slot) - mean
            return sum + distance * distance * Double(slot.count)
        }
        return (sum / Double(slotTotal)).squareRoot()
    }

    private func middle(_ slot: Slot) -> Double {
        (Double(layout.low(of: slot.index)) + Double(layout.end(of: slot.index) - 1)) / 2
    }

    // The largest of what was measured and waited for.
    private var beyondSlots: RankedValue {
        let waited = UInt64(max(0, longestWait.count))
        return RankedValue(nanoseconds: max(largest ?? 0, waited), isLowerBound: true)
    }
}
