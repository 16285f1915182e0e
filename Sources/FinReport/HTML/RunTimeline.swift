internal import FinMeasure

/// A run cut into at most so many slices of equal length, each with its own histograms.
///
/// Slices are sums of the record's intervals, never means of their percentiles. Turns lie where
/// they ended, warm-up and drain included.
struct RunTimeline {
    /// A stretch of the run.
    struct Slice {
        /// Since the run's zero, in seconds.
        var start: Double
        var end: Double
        var ttft = SeriesCounts(metric: .ttft)
        var scheduleLag = SeriesCounts(metric: .scheduleLag)
        var harnessLag = SeriesCounts(metric: .harnessLag)
        var outcomes: [Outcome: UInt64] = [:]
        /// Sums (of counts) or largest values (of the rest) of the health samples, by metric; of
        /// the load thread where a metric has several.
        var health: [HealthMetric: Double] = [:]

        /// A count of the slice, as a rate.
        func rate(_ metric: HealthMetric) -> Double? {
            health[metric].map { $0 / max(end - start, 1e-9) }
        }

        /// Turns that ended well, failed, and were cut.
        var totals: OutcomeTotals {
            var totals = OutcomeTotals()
            for (outcome, count) in outcomes {
                totals.planned += count
                if outcome.isFailure { totals.failed += count }
                if outcome == .cut { totals.cut += count }
            }
            return totals
        }
    }

    /// The most slices: more than a phone can show, few enough for a small page.
    static let most = 150

    /// From the run's zero on, without gaps.
    private(set) var slices: [Slice] = []
    private let step: Double

    init(_ record: RunRecord, most: Int = RunTimeline.most) {
        let interval = max(record.document.intervalSeconds, 1e-3)
        let end = RunTimeline.end(record)
        let count = max(1, Int((end / interval).rounded(.up)))
        let joined = (count + most - 1) / most
        step = interval * Double(joined)
        slices = (0..<((count + joined - 1) / joined)).map {
            Slice(start: Double($0) * step, end: Double($0 + 1) * step)
        }
        addHistograms(record)
        addOutcomes(record)
        addHealth(record)
    }

    /// The end of the last slice, in seconds.
    var end: Double { slices.last?.end ?? 0 }

    private static func end(_ record: RunRecord) -> Double {
        let ends =
            record.intervals.map { ($0.start + $0.length).seconds }
            + record.outcomes.map { ($0.start + $0.length).seconds }
            + record.health.map { ($0.start + $0.length).seconds }
        // A day of a slice's width is no run of ours, but a file may say anything.
        return min(ends.max() ?? 0, 1e7)
    }

    /// The slice of an interval, by its middle: its ends jitter by a wake-up.
    private func index(_ start: Nanoseconds, _ length: Nanoseconds) -> Int {
        let middle = start.seconds + length.seconds / 2
        return min(max(0, Int(min(middle / step, 1e9))), slices.count - 1)
    }

    private mutating func addHistograms(_ record: RunRecord) {
        for interval in record.intervals {
            let place = index(interval.start, interval.length)
            switch (interval.series.metric, interval.series.anchor) {
            case (.ttft, .planned): slices[place].ttft.add(interval.counts)
            case (.scheduleLag, _): slices[place].scheduleLag.add(interval.counts)
            case (.harnessLag, _): slices[place].harnessLag.add(interval.counts)
            default: break
            }
        }
    }

    private mutating func addOutcomes(_ record: RunRecord) {
        for row in record.outcomes {
            slices[index(row.start, row.length)].outcomes[row.outcome, default: 0] += row.count
        }
    }

    private mutating func addHealth(_ record: RunRecord) {
        for row in record.health {
            guard let metric = HealthMetric(rawValue: row.metric) else { continue }
            if metric == .cpu || metric == .spin, row.role != "load" { continue }
            let place = index(row.start, row.length)
            let before = slices[place].health[metric]
            slices[place].health[metric] =
                RunTimeline.isCount(metric)
                ? (before ?? 0) + row.value : max(before ?? row.value, row.value)
        }
    }

    private static func isCount(_ metric: HealthMetric) -> Bool {
        switch metric {
        case .offeredStarts, .starts, .blockedStarts, .events: true
        default: false
        }
    }
}
