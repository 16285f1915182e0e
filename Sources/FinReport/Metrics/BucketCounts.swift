internal import FinMeasure

/// A histogram with a few fixed buckets, as a metrics endpoint shows it; it only grows.
struct BucketCounts {
    private let bounds: [UInt64]
    // Invariant: counts[i] <= counts[i + 1] <= measured.
    /// Values not above each bound.
    private var counts: [UInt64]
    private var measured: UInt64 = 0
    private var sum = 0.0
    /// Turns that failed: above every bound, and without a value to add up.
    private(set) var censored: UInt64 = 0

    init(bounds: [UInt64]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count)
    }

    /// Adds an interval's values: a value that shares a slot with a bound counts as above it.
    mutating func add(_ values: SeriesCounts) {
        var passed: UInt64 = 0
        var next = values.slots.startIndex
        for (index, bound) in bounds.enumerated() {
            while next < values.slots.endIndex,
                values.layout.end(of: values.slots[next].index) - 1 <= bound
            {
                passed += values.slots[next].count
                next += 1
            }
            counts[index] += passed
        }
        measured += values.measured
        sum += (values.mean ?? 0) * Double(values.measured)
        censored += values.censored
    }

    /// Writes the measured values, then the failed turns, which have an error type and no sum: a
    /// quantile over both ranks them as slower than all.
    func write(_ labels: [OpenMetricsText.Label], to text: inout OpenMetricsText) {
        for (bound, count) in zip(bounds, counts) {
            text.sample(
                labels + [("le", BucketCounts.seconds(bound))], "\(count)", suffix: "_bucket")
        }
        text.sample(labels + [("le", "+Inf")], "\(measured)", suffix: "_bucket")
        text.sample(labels, "\(measured)", suffix: "_count")
        text.sample(labels, Decimals.number(sum / 1e9, places: 9), suffix: "_sum")
        guard censored > 0 else { return }
        let failed = labels + [("error_type", "_OTHER")]
        for bound in bounds {
            text.sample(failed + [("le", BucketCounts.seconds(bound))], "0", suffix: "_bucket")
        }
        text.sample(failed + [("le", "+Inf")], "\(censored)", suffix: "_bucket")
    }

    /// Seconds with at least one decimal, as OpenMetrics writes a bound.
    private static func seconds(_ nanoseconds: UInt64) -> String {
        let text = Decimals.scaled(Int64(clamping: nanoseconds), places: 9)
        return text.contains(".") ? text : text + ".0"
    }
}
