internal import FinMeasure

/// `health.csv`: what is known of the generator, interval by interval.
enum HealthCSV {
    static let fileName = "health.csv"
    static let columns = [
        "schema", "run_id", "t_start_s", "t_length_s", "thread", "metric", "unit", "value",
    ]

    /// The whole file.
    static func bytes(_ record: RunRecord) -> [UInt8] {
        var buffer = CSVBuffer(header: columns)
        for row in record.health {
            buffer.field(RunDocument.currentSchema)
            buffer.field(record.document.runID)
            buffer.field(Decimals.seconds(row.start))
            buffer.field(Decimals.seconds(row.length))
            buffer.field(row.thread)
            buffer.field(row.metric)
            buffer.field(HealthMetric(rawValue: row.metric)?.unit ?? "")
            buffer.field(Decimals.number(row.value))
            buffer.endRow()
        }
        return buffer.bytes
    }
}
