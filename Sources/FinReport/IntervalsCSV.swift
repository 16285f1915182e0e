internal import FinMeasure

/// `intervals.csv`: how the run went, interval by interval; never cumulative.
///
/// A percentile that falls among failed turns is the longest that one was waited for, as in
/// `summary.csv`, but without a flag: the interval's `error_rate` tells.
struct IntervalsCSV {
    static let fileName = "intervals.csv"
    static let columns = [
        "schema", "run_id", "scenario", "phase", "metric", "anchor", "unit", "t_start_s",
        "t_length_s", "stat", "value", "n",
    ]
    private static let metrics: Set<Metric> = [
        .ttft, .firstReply, .turnTime, .scheduleLag, .harnessLag, .chunkGap,
        .webhookVerify, .connectorAnswer,
    ]

    /// A stretch of the run.
    private struct Time: Hashable, Comparable {
        var start: Nanoseconds
        var length: Nanoseconds

        static func < (left: Time, right: Time) -> Bool {
            (left.start, left.length) < (right.start, right.length)
        }
    }

    private struct Key {
        var time: Time
        var series: Series
    }

    private let record: RunRecord
    private var buffer = CSVBuffer(header: columns)

    /// The whole file.
    static func bytes(_ record: RunRecord) -> [UInt8] {
        var file = IntervalsCSV(record: record)
        file.latencies()
        file.outcomeRates()
        file.gauges()
        return file.buffer.bytes
    }

    private init(record: RunRecord) { self.record = record }

    private mutating func latencies() {
        var places: [Series: [Int]] = [:]
        let hasSeveral = record.document.scenarios.count > 1
        for (place, interval) in record.intervals.enumerated()
        where IntervalsCSV.metrics.contains(interval.series.metric) {
            for series in Rollup.expand(interval.series, hasSeveral: hasSeveral)
            where series.turn == .all {
                places[series, default: []].append(place)
            }
        }
        for series in Rollup.sorted(places.keys, record.document.scenarios) {
            self.series(series, places[series] ?? [])
        }
    }

    /// The rows of one series; its sums are made one after the other, a long run has very many.
    private mutating func series(_ series: Series, _ places: [Int]) {
        let parts = places.map { place in
            let part = record.intervals[place]
            return (time: Time(start: part.start, length: part.length), counts: part.counts)
        }.sorted { $0.time < $1.time }
        var rest = parts[...]
        while let time = rest.first?.time {
            let same = rest.prefix { $0.time == time }
            rest = rest.dropFirst(same.count)
            // First turns and later ones: too few for the sum of many.
            var counts = same.first?.counts ?? SeriesCounts(metric: series.metric)
            for part in same.dropFirst() { counts.add(part.counts) }
            if counts.n > 0 { self.series(Key(time: time, series: series), counts) }
        }
    }

    private mutating func series(_ key: Key, _ counts: SeriesCounts) {
        let values = counts.values(at: [0.5, 0.9, 0.99]) + [counts.maximum]
        for (stat, value) in zip(["p50", "p90", "p99", "max"], values) {
            row(key, "ms", stat, value.map { Decimals.milliseconds($0.nanoseconds) }, counts.n)
        }
        let mean = counts.mean.map { Decimals.milliseconds(UInt64($0.rounded())) }
        row(key, "ms", "mean", mean, counts.n)
        // The number of batches is no rate of anything.
        if key.series.metric == .webhookVerify { return }
        let rate = Double(counts.n) / key.time.length.seconds
        row(key, "1/s", "rate", Decimals.number(rate), counts.n)
    }

    private mutating func row(
        _ key: Key, _ unit: String, _ stat: String, _ value: String?, _ n: UInt64
    ) {
        row(
            scenario: key.series.scenario, phase: key.series.phase.name,
            metric: key.series.metric.rawValue, anchor: key.series.anchor.rawValue, unit: unit,
            key.time, stat, value ?? "", n)
    }

    private mutating func row(
        scenario: String, phase: String, metric: String, anchor: String = "", unit: String,
        _ time: Time, _ stat: String, _ value: String, _ n: UInt64
    ) {
        buffer.field(RunDocument.currentSchema)
        buffer.field(record.document.runID)
        for text in [scenario, phase, metric, anchor, unit] { buffer.field(text) }
        buffer.field(Decimals.seconds(time.start))
        buffer.field(Decimals.seconds(time.length))
        buffer.field(stat)
        buffer.field(value)
        buffer.field(n)
        buffer.endRow()
    }

    /// Turns that ended, and the share of them that failed.
    private mutating func outcomeRates() {
        struct Place: Hashable {
            var scenario: String
            var phase: Phase
            var time: Time
        }
        var sums: [Place: OutcomeTotals] = [:]
        for row in record.outcomes {
            let time = Time(start: row.start, length: row.length)
            sums[
                Place(scenario: row.scenario, phase: row.phase, time: time),
                default: OutcomeTotals()
            ].add(row)
        }
        let places = sums.keys.sorted {
            ($0.scenario, $1.phase.rawValue, $0.time) < ($1.scenario, $0.phase.rawValue, $1.time)
        }
        for place in places {
            guard let totals = sums[place] else { continue }
            let ended = totals.n - totals.failed
            row(
                scenario: place.scenario, phase: place.phase.name, metric: "done_rate",
                unit: "1/s", place.time, "rate",
                Decimals.number(Double(ended) / place.time.length.seconds), ended)
            guard let share = totals.errorRate else { continue }
            row(
                scenario: place.scenario, phase: place.phase.name, metric: "error_rate",
                unit: "1", place.time, "rate", Decimals.number(share, places: 9), totals.n)
        }
    }

    /// What belongs to the generator as a whole: no scenario, the phase of the interval's start.
    private mutating func gauges() {
        let rates = [
            HealthMetric.offeredStarts.rawValue: "offered_rate",
            HealthMetric.starts.rawValue: "started_rate",
        ]
        for sample in record.health {
            let time = Time(start: sample.start, length: sample.length)
            if let name = rates[sample.metric] {
                gauge(name, "1/s", time, "rate", sample.value / time.length.seconds)
            } else if sample.metric == HealthMetric.inFlight.rawValue {
                gauge("in_flight", "1", time, "last", sample.value)
            } else if sample.metric == HealthMetric.openStreams.rawValue {
                gauge("open_streams", "1", time, "min", sample.value)
            }
        }
    }

    private mutating func gauge(
        _ metric: String, _ unit: String, _ time: Time, _ stat: String, _ value: Double
    ) {
        let isWarmup = time.start.seconds < record.document.plan.warmupSeconds
        row(
            scenario: "", phase: (isWarmup ? Phase.warmup : .main).name, metric: metric,
            unit: unit, time, stat, Decimals.number(value), 1)
    }
}
