public import Histogram

/// One series' values: an HdrHistogram of 3 significant digits, and what stands beside it.
///
/// A value type; not safe to share while it records. About 180 kB (260 kB from 1 ns).
public struct SeriesHistogram: Sendable {
    /// The values, in nanoseconds, within the metric's range.
    public var histogram: Histogram<UInt64>
    /// Values above ten minutes: counted in `n`, slower than every bucket.
    public var above: UInt64 = 0
    /// Values below zero (two clocks disagreed): counted in `n` as the lowest bucket.
    public var below: UInt64 = 0
    /// Turns that failed: they rank slower than every measured value.
    public var censored: UInt64 = 0
    /// Turns that by right have no value.
    public var absent: UInt64 = 0
    /// Turns that we cut.
    public var cut: UInt64 = 0
    /// The longest that a censored turn was waited for, or a value above the range.
    public var longestWait = Nanoseconds.zero

    /// An empty histogram with the metric's range.
    public init(metric: Metric) {
        histogram = SeriesHistogram.empty(from: metric.lowestDiscernible)
    }

    /// Takes counts of the metric; each value is its slot's low end.
    public init(_ counts: SeriesCounts, metric: Metric) {
        self.init(metric: metric)
        for slot in counts.slots {
            record(
                Nanoseconds(Int64(clamping: counts.layout.low(of: slot.index))), count: slot.count)
        }
        above = counts.above
        below = counts.below
        censored = counts.censored
        absent = counts.absent
        cut = counts.cut
        longestWait = counts.longestWait
    }

    // The library fills a new one slot by slot through witness tables; a copy is one move of memory.
    private static let finest = made(from: 1)
    private static let usual = made(from: 1000)

    private static func empty(from lowest: UInt64) -> Histogram<UInt64> {
        var copy = lowest == 1 ? finest : lowest == 1000 ? usual : made(from: lowest)
        // No value at all, but a change: copied now, not by the first value, on the load thread.
        copy.record(0, count: 0)
        return copy
    }

    private static func made(from lowest: UInt64) -> Histogram<UInt64> {
        Histogram(
            lowestDiscernibleValue: lowest, highestTrackableValue: Metric.highestTrackable,
            numberOfSignificantValueDigits: .three)
    }

    /// Measured values: those in the histogram and those above it.
    public var measured: UInt64 { histogram.totalCount + above }

    /// The denominator of every percentile: measured and censored.
    public var n: UInt64 { measured + censored }

    /// Whether nothing at all was recorded.
    public var isEmpty: Bool { n == 0 && absent == 0 && cut == 0 }

    /// Records one value.
    ///
    /// - Complexity: O(1), about 4 ns, no allocation.
    @inlinable public mutating func record(_ span: Nanoseconds) {
        if span.count < 0 { below += 1 }
        if !histogram.record(UInt64(max(0, span.count))) {
            above += 1
            longestWait = max(longestWait, span)
        }
    }

    /// Records one value so many times.
    public mutating func record(_ span: Nanoseconds, count: UInt64) {
        if span.count < 0 { below += count }
        if !histogram.record(UInt64(max(0, span.count)), count: count) {
            above += count
            longestWait = max(longestWait, span)
        }
    }

    /// Records what a turn says of the series.
    @inlinable public mutating func record(_ observation: Observation) {
        switch observation {
        case .measured(let span): record(span)
        case .censored(let waited):
            censored += 1
            longestWait = max(longestWait, waited)
        case .absent: absent += 1
        case .cut: cut += 1
        }
    }

    /// Adds the other's values bucket by bucket; both must have one metric's range.
    public mutating func add(_ other: SeriesHistogram) {
        histogram.add(other.histogram)
        above += other.above
        below += other.below
        censored += other.censored
        absent += other.absent
        cut += other.cut
        longestWait = max(longestWait, other.longestWait)
    }

    /// Forgets every value.
    ///
    /// A fresh histogram: the library's own `reset` clears slot by slot as well, and took 6 % of a
    /// busy run's processor time.
    public mutating func reset() {
        histogram = SeriesHistogram.empty(from: UInt64(histogram.lowestDiscernibleValue))
        above = 0
        below = 0
        censored = 0
        absent = 0
        cut = 0
        longestWait = .zero
    }
}
