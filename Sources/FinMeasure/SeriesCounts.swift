private import Histogram

/// One series' values without the empty slots: what is written, read back, merged and reported.
///
/// A finished histogram in a few hundred bytes instead of 180 kB, so that every interval of a long
/// run fits in memory. Values are nanoseconds for our metrics.
public struct SeriesCounts: Sendable, Equatable {
    /// Where the slots lie.
    public let layout: HistogramLayout
    // Invariant: indexes ascend, counts are above 0, slotTotal is their sum.
    /// The slots that hold something, ascending.
    public private(set) var slots = Slots()
    /// The sum of the slots' counts.
    public private(set) var slotTotal: UInt64 = 0
    /// The smallest value in a slot, exact; nil when there is none.
    public private(set) var smallest: UInt64?
    /// The largest value in a slot, exact; nil when there is none.
    public private(set) var largest: UInt64?
    /// Values above the range: counted in `n`, slower than every slot.
    public var above: UInt64 = 0
    /// Values below zero: counted in the lowest slot.
    public var below: UInt64 = 0
    /// Turns that failed: they rank slower than every measured value.
    public var censored: UInt64 = 0
    /// Turns that by right have no value.
    public var absent: UInt64 = 0
    /// Turns that we cut.
    public var cut: UInt64 = 0
    /// The longest that a censored turn was waited for, or a value above the range.
    public var longestWait = Nanoseconds.zero

    /// Nothing, in that layout.
    public init(layout: HistogramLayout) { self.layout = layout }

    /// Nothing, in a metric's layout.
    public init(metric: Metric) { self.init(layout: HistogramLayout(metric: metric)) }

    /// Takes slots as they were read.
    ///
    /// - Parameters:
    ///   - slots: ascending by index, counts above 0.
    ///   - smallest: the smallest value where it is known; else the slot's low end stands.
    ///   - largest: the largest value where it is known; else the slot's high end stands.
    public init(
        layout: HistogramLayout, slots: some Sequence<Slot>, smallest: UInt64? = nil,
        largest: UInt64? = nil
    ) {
        self.init(
            layout: layout, slots: Slots(slots), smallest: smallest, largest: largest)
    }

    /// Takes slots as they were read, without a copy.
    public init(
        layout: HistogramLayout, slots: Slots, smallest: UInt64? = nil, largest: UInt64? = nil
    ) {
        self.layout = layout
        self.slots = slots
        slotTotal = slots.reduce(0) { $0 + $1.count }
        if let first = slots.first, let last = slots.last {
            self.smallest =
                SeriesCounts.held(smallest, by: first, of: layout)
                ?? layout.low(of: first.index)
            self.largest =
                SeriesCounts.held(largest, by: last, of: layout)
                ?? layout.end(of: last.index) - 1
        }
    }

    /// Reads a histogram's slots out.
    ///
    /// - Complexity: one pass over the slots up to the largest value, at most about 250 us.
    public init(_ source: SeriesHistogram, metric: Metric) {
        let layout = HistogramLayout(metric: metric)
        var slots = Slots()
        if source.histogram.totalCount > 0 {
            for value in source.histogram.recordedValues() {
                slots.append(Slot(index: layout.index(of: value.value), count: value.count))
            }
        }
        self.init(
            layout: layout, slots: slots, smallest: source.histogram.min,
            largest: source.histogram.maxRecorded)
        above = source.above
        below = source.below
        censored = source.censored
        absent = source.absent
        cut = source.cut
        longestWait = source.longestWait
    }

    /// Measured values: those in slots and those above.
    public var measured: UInt64 { slotTotal + above }

    /// The denominator of every percentile: measured and censored.
    public var n: UInt64 { measured + censored }

    /// Whether nothing at all was recorded.
    public var isEmpty: Bool { n == 0 && absent == 0 && cut == 0 }

    /// Adds the other's values slot by slot; both must have one layout.
    public mutating func add(_ other: SeriesCounts) {
        precondition(layout == other.layout, "only counts of one layout can be added")
        if !other.slots.isEmpty { merge(other.slots) }
        addBeside(other)
    }

    /// The sum of all, which must have one layout; nil for none of them.
    ///
    /// - Complexity: O(the parts' slots and the layout's): `add` would copy the sum's for each part.
    public static func sum(_ parts: some Collection<SeriesCounts>) -> SeriesCounts? {
        guard var sum = parts.first else { return nil }
        let last = parts.lazy.compactMap { $0.slots.last?.index }.max() ?? -1
        var dense = [UInt64](repeating: 0, count: last + 1)
        for slot in sum.slots { dense[slot.index] += slot.count }
        for part in parts.dropFirst() {
            precondition(sum.layout == part.layout, "only counts of one layout can be added")
            for slot in part.slots { dense[slot.index] += slot.count }
            sum.addBeside(part)
        }
        sum.slots = Slots(
            dense.enumerated().lazy.filter { $0.element > 0 }
                .map { Slot(index: $0.offset, count: $0.element) })
        return sum
    }

    /// Adds all but the slots themselves.
    private mutating func addBeside(_ other: SeriesCounts) {
        slotTotal += other.slotTotal
        smallest = [smallest, other.smallest].compactMap { $0 }.min()
        largest = [largest, other.largest].compactMap { $0 }.max()
        above += other.above
        below += other.below
        censored += other.censored
        absent += other.absent
        cut += other.cut
        longestWait = max(longestWait, other.longestWait)
    }

    private mutating func merge(_ others: Slots) {
        var merged = Slots()
        merged.reserveCapacity(slots.count + others.count)
        var mine = 0
        for other in others {
            while mine < slots.count, slots[mine].index < other.index {
                merged.append(slots[mine])
                mine += 1
            }
            if mine < slots.count, slots[mine].index == other.index {
                merged.append(Slot(index: other.index, count: slots[mine].count + other.count))
                mine += 1
            } else {
                merged.append(other)
            }
        }
        for slot in slots[mine...] { merged.append(slot) }
        slots = merged
    }

    private static func held(
        _ value: UInt64?, by slot: Slot, of layout: HistogramLayout
    ) -> UInt64? {
        guard let value, layout.index(of: value) == slot.index else { return nil }
        return value
    }
}
