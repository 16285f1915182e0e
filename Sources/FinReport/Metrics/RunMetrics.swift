public import FinMeasure

/// What a metrics endpoint shows while a run lasts: a function of the intervals seen so far.
///
/// Counters begin with the run. A value of an interval is shown once the interval is over.
public struct RunMetrics: Sendable {
    private let document: RunDocument
    private var elapsed = Nanoseconds.zero
    private var histograms: [Series: BucketCounts] = [:]
    private var outcomes: [OutcomeKey: UInt64] = [:]
    private var health: [HealthKey: Double] = [:]

    private struct HealthKey: Hashable {
        var metric: HealthMetric
        var thread: String
    }

    /// The type that HTTP names the text by.
    public static let contentType = OpenMetricsText.contentType

    /// Nothing yet, of that run.
    public init(document: RunDocument) { self.document = document }

    /// Takes one interval.
    ///
    /// - Complexity: as `SeriesCounts.init` for each series; about 20 ms for a hundred of them.
    public mutating func update(_ snapshot: IntervalSnapshot) {
        elapsed = snapshot.start + snapshot.length
        for (key, values) in snapshot.series {
            let family = MetricFamily.of(key.metric, key.anchor)
            histograms[key, default: BucketCounts(bounds: family.bounds)]
                .add(SeriesCounts(values, metric: key.metric))
        }
        for (key, count) in snapshot.outcomes { outcomes[key, default: 0] += count }
        for sample in snapshot.health {
            let key = HealthKey(metric: sample.metric, thread: sample.thread)
            let before = sample.metric.isCounted ? health[key] ?? 0 : 0
            health[key] = before + sample.value
        }
    }

    /// The text to answer a scrape with.
    public var text: String {
        var text = OpenMetricsText()
        writeRun(to: &text)
        writeTurns(to: &text)
        writeHistograms(to: &text)
        writeHealth(to: &text)
        return text.text
    }

    private func writeRun(to text: inout OpenMetricsText) {
        text.family("finbench_run", .info, help: "The run: what was hit, and with what.")
        text.sample(
            [
                ("run_id", document.runID), ("profile", document.profileName),
                ("target", document.target.kind.rawValue), ("url", document.target.url),
                ("load_model", document.loadModel), ("version", document.toolVersion),
            ], "1", suffix: "_info")
        text.family(
            "finbench_elapsed_seconds", .gauge, unit: "seconds",
            help: "Time since the run's zero, up to the last interval that is over.")
        text.sample([], Decimals.seconds(elapsed))
        text.family(
            "finbench_planned_seconds", .gauge, unit: "seconds",
            help: "Time in which conversations begin.")
        text.sample([], Decimals.number(document.plan.lengthSeconds))
    }

    private func writeTurns(to text: inout OpenMetricsText) {
        text.family("finbench_turns", .counter, help: "Turns that ended, by how.")
        let rows = outcomes.map { key, count in
            let labels: [OpenMetricsText.Label] = [
                ("scenario", document.scenarioName(key.scenario)), ("phase", key.phase.name),
                ("turn", key.turn.name), ("outcome", key.outcome.rawValue),
                ("detail", key.detail.name),
            ]
            return (labels: labels, count: count)
        }
        for row in rows.sorted(by: { RunMetrics.precedes($0.labels, $1.labels) }) {
            text.sample(row.labels, "\(row.count)", suffix: "_total")
        }
    }

    private func writeHistograms(to text: inout OpenMetricsText) {
        for metric in Metric.allCases {
            for anchor in metric.anchors {
                let found = histograms.filter { $0.key.metric == metric && $0.key.anchor == anchor }
                if found.isEmpty { continue }
                let family = MetricFamily.of(metric, anchor)
                text.family(family.name, .histogram, unit: "seconds", help: family.help)
                let rows = found.map { key, counts in
                    let labels: [OpenMetricsText.Label] = [
                        ("scenario", key.scenario), ("phase", key.phase.name),
                        ("turn", key.turn.name),
                    ]
                    return (labels: labels, counts: counts)
                }
                for row in rows.sorted(by: { RunMetrics.precedes($0.labels, $1.labels) }) {
                    row.counts.write(family.required + row.labels, to: &text)
                }
            }
        }
    }

    private func writeHealth(to text: inout OpenMetricsText) {
        for metric in HealthMetric.allCases {
            let found = health.filter { $0.key.metric == metric }
                .sorted { $0.key.thread < $1.key.thread }
            if found.isEmpty { continue }
            let (unit, scale) = metric.baseUnit
            text.family(
                "finbench_\(metric.rawValue)" + (unit.isEmpty ? "" : "_\(unit)"),
                metric.isCounted ? .counter : .gauge, unit: unit,
                help: "The generator's own \(metric.rawValue), as in health.csv.")
            for (key, value) in found {
                text.sample(
                    [("thread", key.thread)], Decimals.number(value * scale, places: 9),
                    suffix: metric.isCounted ? "_total" : "")
            }
        }
    }

    private static func precedes(
        _ one: [OpenMetricsText.Label], _ other: [OpenMetricsText.Label]
    ) -> Bool {
        one.map(\.value).lexicographicallyPrecedes(other.map(\.value))
    }
}

extension HealthMetric {
    /// Whether the readings of intervals add up; the others stand for themselves.
    fileprivate var isCounted: Bool {
        switch self {
        case .offeredStarts, .starts, .blockedStarts, .events, .eventsKernelStamped,
            .eventsCoalesced, .clockSteps, .rowsDropped:
            true
        case .cpu, .spin, .cpuWait, .residentMemory, .openFiles, .inFlight, .openStreams,
            .longestLoopGap, .clockDrift, .clockOffsetError, .postRate, .rateLimitRemaining:
            false
        }
    }

    /// The unit in a family's name, and by what a reading is multiplied to be in it.
    fileprivate var baseUnit: (name: String, scale: Double) {
        switch unit {
        case "ms": ("seconds", 1e-3)
        case "us": ("seconds", 1e-6)
        case "1", "1/s": ("", 1)
        default: (unit, 1)
        }
    }
}
