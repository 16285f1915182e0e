internal import FinMeasure

#if canImport(Glibc)
    private import Glibc
#else
    private import Foundation
#endif

/// `heatmap.csv`: 20 buckets a decade by 5 s, for the metrics that a user feels.
///
/// Warm-up and main phase lie side by side in it, as time shows which is which.
enum HeatmapCSV {
    static let fileName = "heatmap.csv"
    static let columns = [
        "schema", "run_id", "scenario", "metric", "anchor", "unit", "t_start_s", "t_length_s",
        "bucket_low", "bucket_high", "count",
    ]
    private static let columnSeconds: Int64 = 5
    private static let bucketsPerDecade = 20.0
    // Below 1 us is one bucket; what failed or lay above the range is one more, above all.
    private static let lowestEdge: UInt64 = 1000
    private static let beyond = Int.max

    private struct Cell: Hashable, Comparable {
        var column: Int64
        var bucket: Int

        static func < (left: Cell, right: Cell) -> Bool {
            (left.column, left.bucket) < (right.column, right.bucket)
        }
    }

    /// The whole file.
    static func bytes(_ record: RunRecord) -> [UInt8] {
        var sums: [Series: [Cell: UInt64]] = [:]
        for interval in record.intervals where interval.series.metric.isPrimary {
            var series = interval.series
            series.turn = .all
            series.phase = .main
            add(interval, to: &sums[series, default: [:]])
        }
        var buffer = CSVBuffer(header: columns)
        for series in Rollup.sorted(sums.keys, record.document.scenarios) {
            for (cell, count) in (sums[series] ?? [:]).sorted(by: { $0.key < $1.key }) {
                row(series, cell, count, record, &buffer)
            }
        }
        return buffer.bytes
    }

    private static func add(
        _ interval: RunRecord.SeriesInterval, to cells: inout [Cell: UInt64]
    ) {
        let column = interval.start.count / (columnSeconds * 1_000_000_000)
        let counts = interval.counts
        for found in buckets(counts) where found.count > 0 {
            cells[Cell(column: column, bucket: found.bucket), default: 0] += found.count
        }
        let failed = counts.above + counts.censored
        if failed > 0 { cells[Cell(column: column, bucket: beyond), default: 0] += failed }
    }

    private static func row(
        _ series: Series, _ cell: Cell, _ count: UInt64, _ record: RunRecord,
        _ buffer: inout CSVBuffer
    ) {
        buffer.field(RunDocument.currentSchema)
        buffer.field(record.document.runID)
        buffer.field(series.scenario)
        buffer.field(series.metric.rawValue)
        buffer.field(series.anchor.rawValue)
        buffer.field(series.metric.unit)
        buffer.field(cell.column * columnSeconds)
        buffer.field(columnSeconds)
        buffer.field(low(of: cell.bucket))
        buffer.field(cell.bucket == beyond ? "" : Decimals.milliseconds(edge(cell.bucket + 1)))
        buffer.field(count)
        buffer.endRow()
    }

    private static func low(of bucket: Int) -> String {
        bucket == beyond
            ? Decimals.milliseconds(Metric.highestTrackable) : Decimals.milliseconds(edge(bucket))
    }

    /// The buckets that hold something, ascending: slots joined.
    ///
    /// - Complexity: one walk over the slots; a logarithm for each bucket.
    static func buckets(_ counts: SeriesCounts) -> [(bucket: Int, count: UInt64)] {
        var found: [(bucket: Int, count: UInt64)] = []
        var end: UInt64 = 0
        for slot in counts.slots {
            let low = counts.layout.low(of: slot.index)
            if found.isEmpty || low >= end {
                found.append((bucket(of: low), 0))
                end = edge(found[found.count - 1].bucket + 1)
            }
            found[found.count - 1].count += slot.count
        }
        return found
    }

    /// The bucket of a value: 0 below 1 us, then by 20th powers of ten.
    static func bucket(of value: UInt64) -> Int {
        if value < lowestEdge { return 0 }
        let steps = log10(Double(value) / Double(lowestEdge)) * bucketsPerDecade
        // The printed edges are whole nanoseconds: they decide, not the logarithm's last digit.
        var bucket = Int(steps) + 1
        while value >= edge(bucket + 1) { bucket += 1 }
        while value < edge(bucket) { bucket -= 1 }
        return bucket
    }

    /// The low end of a bucket, in nanoseconds.
    static func edge(_ bucket: Int) -> UInt64 {
        if bucket <= 0 { return 0 }
        let power = pow(10, Double(bucket - 1) / bucketsPerDecade)
        return UInt64((Double(lowestEdge) * power).rounded())
    }
}
