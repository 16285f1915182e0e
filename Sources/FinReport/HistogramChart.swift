internal import FinMeasure

/// A small picture of a distribution in block characters, one bucket a line.
enum HistogramChart {
    private static let rows = 12
    private static let width = 50
    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// Lines for the time to the first chunk; none where nothing was measured.
    static func lines(_ counts: SeriesCounts?) -> [String] {
        guard let counts, counts.slotTotal > 0 else { return [] }
        let bars = self.bars(counts)
        let highest = bars.map(\.count).max() ?? 1
        let failed = counts.above + counts.censored
        let lines = bars.map { bar in
            line("< \(Human.span(bar.high))", bar.count, highest: max(highest, failed))
        }
        let last =
            failed > 0 ? [line("failed", failed, highest: max(highest, failed))] : []
        return ["ttft from planned"] + lines + last
    }

    private struct Bar {
        var high: UInt64
        var count: UInt64
    }

    /// Buckets of the heatmap, joined until at most so many are left.
    private static func bars(_ counts: SeriesCounts) -> [Bar] {
        let buckets = counts.slots.map {
            (HeatmapCSV.bucket(of: counts.layout.low(of: $0.index)), $0.count)
        }
        let first = buckets.first?.0 ?? 0
        let span = (buckets.last?.0 ?? 0) - first + 1
        let step = (span + rows - 1) / rows
        var bars = (0..<(span + step - 1) / step).map {
            Bar(high: HeatmapCSV.edge(first + ($0 + 1) * step), count: 0)
        }
        for (bucket, count) in buckets { bars[(bucket - first) / step].count += count }
        return bars
    }

    private static func line(_ name: String, _ count: UInt64, highest: UInt64) -> String {
        var length = Int((Double(count) / Double(highest) * Double(width * 8)).rounded())
        if count > 0 { length = max(1, length) }
        let bar = String(repeating: "█", count: length / 8) + eighths[length % 8]
        return Human.pad(name, 12, right: true) + "  " + Human.pad(bar, width) + " \(count)"
    }
}
