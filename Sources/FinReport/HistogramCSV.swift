internal import FinMeasure

/// `histogram.csv`: the slots of every series in `summary.csv`; their counts add up to its `n`.
enum HistogramCSV {
    static let fileName = "histogram.csv"
    static let columns = [
        "schema", "run_id", "scenario", "phase", "turn", "metric", "anchor", "unit",
        "bucket_low", "bucket_high", "count", "cumulative_count",
    ]

    /// The whole file.
    static func bytes(_ record: RunRecord, _ rollup: Rollup) -> [UInt8] {
        var buffer = CSVBuffer(header: columns)
        for key in SummaryCSV.keys(record, rollup) {
            if let counts = rollup.totals[key] {
                series(key, counts, runID: record.document.runID, into: &buffer)
            }
        }
        return buffer.bytes
    }

    private static func series(
        _ key: Series, _ counts: SeriesCounts, runID: String, into buffer: inout CSVBuffer
    ) {
        var passed: UInt64 = 0
        func row(_ low: UInt64, _ high: UInt64?, _ count: UInt64) {
            passed += count
            buffer.field(RunDocument.currentSchema)
            for text in [runID, key.scenario, key.phase.name, key.turn.name] { buffer.field(text) }
            for text in [key.metric.rawValue, key.anchor.rawValue, key.metric.unit] {
                buffer.field(text)
            }
            buffer.field(Decimals.milliseconds(low))
            buffer.field(high.map { Decimals.milliseconds($0) } ?? "")
            buffer.field(count)
            buffer.field(passed)
            buffer.endRow()
        }
        for slot in counts.slots {
            row(counts.layout.low(of: slot.index), counts.layout.end(of: slot.index), slot.count)
        }
        // Slower than all of the above, whatever they were.
        let beyond = counts.above + counts.censored
        let last = counts.slots.last.map { counts.layout.end(of: $0.index) } ?? 0
        if beyond > 0 { row(last, nil, beyond) }
    }
}
