internal import FinMeasure

/// `summary.csv`: every statistic of every series, one a row.
struct SummaryCSV {
    static let fileName = "summary.csv"
    static let columns = [
        "schema", "run_id", "started_at", "target", "label", "scenario", "phase", "turn",
        "metric", "anchor", "unit", "stat", "value", "is_lower_bound", "ci_low", "ci_high", "n",
        "censored", "absent", "cut", "valid",
    ]
    static let percentiles: [(name: String, share: Double)] = [
        ("p50", 0.5), ("p75", 0.75), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99),
        ("p99.9", 0.999), ("p99.99", 0.9999),
    ]

    private let record: RunRecord
    private let isValid: Bool
    private let label: String
    private var buffer = CSVBuffer(header: columns)

    /// The whole file.
    static func bytes(_ record: RunRecord, _ rollup: Rollup, isValid: Bool) -> [UInt8] {
        var file = SummaryCSV(record, isValid: isValid)
        for key in keys(record, rollup) {
            file.series(key, rollup.totals[key] ?? SeriesCounts(metric: key.metric))
        }
        file.errorRates()
        file.connectorShares()
        return file.buffer.bytes
    }

    /// The series with rows here and in `histogram.csv`: those with values, and the primary ones.
    static func keys(_ record: RunRecord, _ rollup: Rollup) -> [Series] {
        var keys = rollup.keys.filter { key in
            key.metric.isPrimary || (rollup.totals[key]?.n ?? 0) > 0
        }
        let calls = Set(record.document.calls ?? [])
        for scenario in record.document.scenarios
        where record.document.hasTurns && !calls.contains(scenario) {
            for metric in Metric.allCases where metric.isPrimary {
                for anchor in metric.anchors {
                    let key = Series(
                        metric: metric, anchor: anchor, scenario: scenario, phase: .main,
                        turn: .all)
                    if rollup.totals[key] == nil { keys.append(key) }
                }
            }
        }
        return Rollup.sorted(keys, record.document.scenarios)
    }

    private init(_ record: RunRecord, isValid: Bool) {
        self.record = record
        self.isValid = isValid
        label = record.document.labels.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }.joined(separator: ";")
    }

    private mutating func series(_ key: Series, _ counts: SeriesCounts) {
        row(key, counts, "min", counts.minimum)
        row(key, counts, "mean", counts.mean, isBound: counts.censored + counts.above > 0)
        row(key, counts, "stdev", counts.standardDeviation, isBound: false)
        let values = counts.values(at: SummaryCSV.percentiles.map(\.share))
        for (percentile, value) in zip(SummaryCSV.percentiles, values) {
            let range = counts.interval(
                at: percentile.share, confidence: record.document.confidence)
            row(key, counts, percentile.name, value, range)
        }
        row(key, counts, "max", counts.maximum)
        if key.metric == .webhookVerify { rate(key, counts) }
    }

    /// What one core does in a second.
    private mutating func rate(_ key: Series, _ counts: SeriesCounts) {
        place(key.scenario, key.phase, key.turn)
        for text in [key.metric.rawValue, key.anchor.rawValue, "1/s", "rate"] { buffer.field(text) }
        let rate = VerifyRate.perCore(key.scenario, record)
        buffer.field(rate.map { Decimals.number($0, places: 0) } ?? "")
        buffer.field(false)
        for _ in 0..<2 { buffer.field("") }
        end(counts.n, counts.censored, counts.absent, counts.cut)
    }

    private mutating func row(
        _ key: Series, _ counts: SeriesCounts, _ stat: String, _ value: RankedValue?,
        _ range: (low: UInt64?, high: UInt64?) = (nil, nil)
    ) {
        start(key)
        buffer.field(stat)
        buffer.field(value.map { Decimals.milliseconds($0.nanoseconds) } ?? "")
        buffer.field(value?.isLowerBound ?? false)
        buffer.field(range.low.map { Decimals.milliseconds($0) } ?? "")
        buffer.field(range.high.map { Decimals.milliseconds($0) } ?? "")
        end(counts.n, counts.censored, counts.absent, counts.cut)
    }

    private mutating func row(
        _ key: Series, _ counts: SeriesCounts, _ stat: String, _ value: Double?, isBound: Bool
    ) {
        let rounded = value.map { UInt64($0.rounded()) }
        let ranked = rounded.map { RankedValue(nanoseconds: $0, isLowerBound: isBound) }
        row(key, counts, stat, ranked)
    }

    private mutating func start(_ key: Series) {
        place(key.scenario, key.phase, key.turn)
        buffer.field(key.metric.rawValue)
        buffer.field(key.anchor.rawValue)
        buffer.field(key.metric.unit)
    }

    private mutating func place(_ scenario: String, _ phase: Phase, _ turn: TurnClass) {
        buffer.field(RunDocument.currentSchema)
        buffer.field(record.document.runID)
        buffer.field(record.document.startedAt)
        buffer.field(record.document.target.kind.rawValue)
        buffer.field(label)
        buffer.field(scenario)
        buffer.field(phase.name)
        buffer.field(turn.name)
    }

    private mutating func end(_ n: UInt64, _ censored: UInt64, _ absent: UInt64, _ cut: UInt64) {
        buffer.field(n)
        buffer.field(censored)
        buffer.field(absent)
        buffer.field(cut)
        buffer.field(isValid)
        buffer.endRow()
    }

    /// What of TTFT the calls of data connectors were, as seen and as reported.
    private mutating func connectorShares() {
        guard let connectors = record.document.totals?.connectors else { return }
        let shares = [
            (Metric.connectorAnswer, connectors.answerShare, connectors.turns),
            (.connectorExecution, connectors.executionShare, connectors.reportedTurns),
        ]
        for (metric, share, turns) in shares where turns > 0 {
            place("", .main, .all)
            for text in ["\(metric.rawValue)_share", Anchor.sent.rawValue, "1", "rate"] {
                buffer.field(text)
            }
            buffer.field(share.map { Decimals.number($0, places: 9) } ?? "")
            buffer.field(false)
            for _ in 0..<2 { buffer.field("") }
            end(UInt64(turns), 0, 0, 0)
        }
    }

    private mutating func errorRates() {
        let scenarios = record.document.scenarios
        let names = scenarios.count > 1 ? [Rollup.everyScenario] + scenarios : scenarios
        for scenario in names {
            for phase in [Phase.main, .warmup] {
                for turn in TurnClass.allCases { errorRate(scenario, phase, turn) }
            }
        }
    }

    private mutating func errorRate(_ scenario: String, _ phase: Phase, _ turn: TurnClass) {
        let totals = OutcomeTotals(record.outcomes) { row in
            (scenario == Rollup.everyScenario || row.scenario == scenario) && row.phase == phase
                && (turn == .all || row.turn == turn)
        }
        guard totals.planned > 0 else { return }
        let range = Binomial.interval(
            count: totals.failed, of: totals.n, confidence: record.document.confidence)
        place(scenario, phase, turn)
        for text in ["error_rate", "", "1", "rate"] { buffer.field(text) }
        buffer.field(totals.errorRate.map { Decimals.number($0, places: 9) } ?? "")
        buffer.field(false)
        buffer.field(totals.n > 0 ? Decimals.number(range.low, places: 9) : "")
        buffer.field(totals.n > 0 ? Decimals.number(range.high, places: 9) : "")
        end(totals.n, 0, 0, totals.cut)
    }
}
