internal import FinMeasure

/// Arrival minus `created_at_ms`, over one minute: the smallest difference is what two clocks
/// disagree by, and what is above it is the excess.
///
/// Bounded: differences are kept as counts of 0.1 ms (server stamps are whole milliseconds), from two
/// seconds below the first one to thirty above it; what lies outside counts in the outermost.
struct DeliveryWindow {
    static let length = Nanoseconds.seconds(60)
    private static let step: Int64 = 100_000  // nanoseconds
    private static let below = 20_000  // bins: 2 s
    private static let binCount = 320_000

    private var base: Int64?
    private var counts: [[UInt32]]
    /// Whether a series received anything: calls never do, and a walk over their bins would stop the
    /// load thread for nothing.
    private var isUsed: [Bool]
    private(set) var end: Instant

    /// - Parameter classCount: how many series the differences are kept apart for.
    init(classCount: Int, now: Instant) {
        counts = Array(
            repeating: Array(repeating: 0, count: DeliveryWindow.binCount), count: classCount)
        isUsed = Array(repeating: false, count: classCount)
        end = now + DeliveryWindow.length
    }

    /// Takes one event's difference, in nanoseconds.
    mutating func add(_ difference: Int64, to series: Int) {
        let start = base ?? difference
        base = start
        // Counted from the lowest bin's edge: division rounds towards zero, which must not be inside.
        let height = difference - start + Int64(DeliveryWindow.below) * DeliveryWindow.step
        let bin = Int(max(0, height) / DeliveryWindow.step)
        isUsed[series] = true
        counts[series][min(bin, DeliveryWindow.binCount - 1)] += 1
    }

    /// Ends the window: every difference above the smallest one, then an empty window again.
    mutating func drain(at now: Instant, _ visit: (Int, Nanoseconds, UInt64) -> Void) {
        end = now + DeliveryWindow.length
        guard base != nil else { return }
        base = nil
        let firsts = counts.indices.compactMap { series in
            isUsed[series] ? counts[series].firstIndex { $0 != 0 } : nil
        }
        let smallest = firsts.min() ?? 0
        for series in counts.indices where isUsed[series] {
            isUsed[series] = false
            for bin in smallest..<DeliveryWindow.binCount where counts[series][bin] != 0 {
                let excess = Int64(bin - smallest) * DeliveryWindow.step
                visit(series, Nanoseconds(excess), UInt64(counts[series][bin]))
                counts[series][bin] = 0
            }
        }
    }
}
