internal import FinMeasure
internal import FinProfile

/// `slo.csv`: a row for each SLO, with the figures that its verdict rests on.
enum SLOCSV {
    static let fileName = "slo.csv"
    static let columns = [
        "schema", "run_id", "slo", "value", "limit", "unit", "n", "slow", "allowed", "needed",
        "verdict",
    ]

    /// The whole file.
    static func bytes(_ record: RunRecord, _ results: [SLOResult]) -> [UInt8] {
        var buffer = CSVBuffer(header: columns)
        for result in results {
            buffer.field(RunDocument.currentSchema)
            buffer.field(record.document.runID)
            buffer.field(result.slo.text)
            for text in figures(result) { buffer.field(text) }
            buffer.field(result.judgement.n)
            buffer.field(result.judgement.slow)
            buffer.field(result.judgement.allowed.map { Int64(clamping: $0) })
            buffer.field(result.judgement.needed.map { Int64(clamping: $0) })
            buffer.field(result.judgement.verdict.rawValue)
            buffer.endRow()
        }
        return buffer.bytes
    }

    /// Value, limit and unit.
    private static func figures(_ result: SLOResult) -> [String] {
        switch result.slo.subject {
        case .percentile(let metric, _, _, let limit):
            var value = ""
            if case .span(let ranked)? = result.value {
                value = Decimals.milliseconds(ranked.nanoseconds)
            }
            return [value, Decimals.milliseconds(limit.count), metric.unit]
        case .errorRate(let limit):
            var value = ""
            if case .share(let share)? = result.value {
                value = Decimals.number(share, places: 9)
            }
            return [value, Decimals.number(limit, places: 9), "1"]
        }
    }
}
