/// Where values fall in an HdrHistogram: the one-to-one map of slots, their bounds and an index.
///
/// Any tool's histogram with the same three numbers has the same slots, so an index means the same
/// in every file. Symbols: u = unit magnitude (bits below the lowest value told apart), h = half
/// magnitude (bits of a half of a bucket's slots).
/// - Source: HdrHistogram, "counts array layout".
public struct HistogramLayout: Hashable, Sendable {
    /// The smallest value told apart, at least 1.
    public let lowest: UInt64
    /// The largest value held.
    public let highest: UInt64
    /// Significant decimal digits, 1 to 5.
    public let digits: Int
    // Invariant: 2^unitMagnitude <= lowest; 2^(halfMagnitude + 1) >= 2 * 10^digits.
    private let unitMagnitude: Int
    private let halfMagnitude: Int

    /// Makes the layout of those three numbers.
    public init(lowest: UInt64, highest: UInt64, digits: Int) {
        precondition(lowest >= 1 && highest >= 2 * lowest, "a layout needs 1 <= lowest < highest")
        precondition((1...5).contains(digits), "a layout has 1 to 5 digits")
        self.lowest = lowest
        self.highest = highest
        self.digits = digits
        var slots = 2
        for _ in 0..<digits { slots *= 10 }
        unitMagnitude = 63 - lowest.leadingZeroBitCount
        halfMagnitude = (Int.bitWidth - (slots - 1).leadingZeroBitCount) - 1
    }

    /// The layout of a metric's histograms.
    public init(metric: Metric) {
        self.init(
            lowest: metric.lowestDiscernible, highest: Metric.highestTrackable, digits: 3)
    }

    /// The index of the slot that holds `value`.
    public func index(of value: UInt64) -> Int {
        let mask = (UInt64(2) << UInt64(halfMagnitude + unitMagnitude)) - 1
        let bucket =
            64 - (value | mask).leadingZeroBitCount - (unitMagnitude + halfMagnitude + 1)
        let slot = Int(value >> UInt64(bucket + unitMagnitude))
        return (bucket << halfMagnitude) + slot
    }

    /// The smallest value of a slot.
    public func low(of index: Int) -> UInt64 {
        let (bucket, slot) = place(of: index)
        return UInt64(slot) << UInt64(bucket + unitMagnitude)
    }

    /// The first value beyond a slot.
    public func end(of index: Int) -> UInt64 {
        let (bucket, slot) = place(of: index)
        return UInt64(slot + 1) << UInt64(bucket + unitMagnitude)
    }

    /// How many slots there are: the last bucket is whole, also where `highest` lies within it.
    public var slotCount: Int { ((index(of: highest) >> halfMagnitude) + 1) << halfMagnitude }

    private func place(of index: Int) -> (bucket: Int, slot: Int) {
        let half = 1 << halfMagnitude
        if index < 2 * half { return (0, index) }
        return ((index >> halfMagnitude) - 1, (index & (half - 1)) + half)
    }
}
